"""What customers ask a firm for: the open ones first, and one of them.

A firm that was asked reads what the customer let it know, until the customer asks no longer or it
has said no; afterwards only that it was asked, by whom and for what.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from ofrecord.desk.places import PAGE, Page, place, token
from ofrecord.parties.actors import Actor
from ofrecord.quotes.models import OPEN_REQUEST, QuoteRequest
from ofrecord.quotes.models.request import QuoteRequests
from ofrecord.quotes.writing import term
from ofrecord.web.records import words

COLOURS = {"open": "accent", "answered": "good"}


def own(firm_id: int, reader: Actor) -> QuoteRequests:
    """All that the firm was ever asked. Call it inside `parties.context.seeing`."""
    return QuoteRequest.objects.visible_to(reader).filter(partner_id=firm_id)


def waiting(firm_id: int, reader: Actor) -> QuoteRequests:
    """Those that the firm has not answered, the oldest first."""
    return own(firm_id, reader).filter(state=OPEN_REQUEST).order_by("asked_at", "id")


def page(firm_id: int, show: str, after: str, reader: Actor) -> Page[dict[str, Any]]:
    """One page of what is open, or of what is not any more; the latest first."""
    every = own(firm_id, reader)
    found = (
        every.exclude(state=OPEN_REQUEST)
        if show == "answered"
        else every.filter(state=OPEN_REQUEST)
    )
    if start := _place(after):
        at, id = start
        found = found.filter(Q(asked_at__lt=at) | Q(asked_at=at, id__lt=id))
    rows = list(found.order_by("-asked_at", "-id")[: PAGE + 1])
    kept = rows[:PAGE]
    later = token(kept[-1].asked_at, kept[-1].pk) if len(rows) > PAGE else ""
    return Page(tuple(map(shown, kept)), later)


def one(id: UUID, reader: Actor) -> QuoteRequest:
    """The request of this id, sent to a firm of the reader's; 404 elsewhere."""
    found = QuoteRequest.objects.visible_to(reader).filter(partner_id__in=reader.partners)
    request = found.select_related("partner").filter(pk=id).first()
    if request is None:
        raise Http404(str(id))
    return request


def shown(request: QuoteRequest) -> dict[str, Any]:
    """A request as the firm reads it."""
    told = request.told
    model = told.get("purchasing_model", "")
    return {
        "request": request,
        "name": told["name"],
        "agreement": told.get("agreement", ""),
        "model": words.kind(model) if model else "",
        "kind": request.get_kind_display(),
        "colour": COLOURS.get(request.state, "neutral"),
        "told": told,
        "wish": told.get("wish", ""),
        "term": _term(told.get("term")),
        "is_open": request.state == OPEN_REQUEST,
    }


def _term(told: dict[str, str] | None) -> str:
    return (
        term(*(date.fromisoformat(told[name]) for name in ("start_on", "end_on"))) if told else ""
    )


def _place(text: str) -> tuple[Any, UUID] | None:
    found = place(text)
    try:
        return (found[0], UUID(found[1])) if found else None
    except ValueError:
        return None
