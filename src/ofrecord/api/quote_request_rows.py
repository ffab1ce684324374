"""Requests for quotes as the API shows them, one of them or a page."""

from uuid import UUID

from django.db.models import Prefetch, Q

from ofrecord.api.pages import Row, lost
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.quotes import refusals
from ofrecord.quotes.models import Quote, QuoteRequest
from ofrecord.quotes.models.request import QuoteRequests


def request_rows(
    by: Actor, limit: int, *, cursor: UUID | None = None, state: str | None = None
) -> list[Row]:
    """Requests that the actor may see, those asked last first: two statements for all of them."""
    visible = QuoteRequest.objects.visible_to(by)
    wanted = visible.filter(state=state) if state else visible
    if cursor:
        last = visible.filter(pk=cursor).first()
        if last is None:
            raise lost()
        earlier = Q(asked_at__lt=last.asked_at) | Q(asked_at=last.asked_at, pk__lt=last.pk)
        wanted = wanted.filter(earlier)
    return _rows(wanted.order_by("-asked_at", "-pk")[:limit], by)


def request_row(by: Actor, id: UUID) -> Row:
    """One request; refused as `not_found`. Call it inside `parties.context.seeing`."""
    found = _rows(QuoteRequest.objects.visible_to(by).filter(pk=id), by)
    if not found:
        raise refused([refusals.no_request(str(id))])
    return found[0]


def _rows(requests: QuoteRequests, by: Actor) -> list[Row]:
    answers = Prefetch("quotes", Quote.objects.visible_to(by).only("number", "request_id"))
    return [_row(each, by) for each in requests.select_related("partner").prefetch_related(answers)]


def _row(request: QuoteRequest, by: Actor) -> Row:
    own = by.sees_everything or request.account_id in by.accounts
    said, partner = request.whole if own else request.told, request.partner
    return {
        "id": request.pk,
        "state": request.state,
        "kind": request.kind,
        "partner": {"account_number": partner.account_number, "name": partner.name},
        "account": {"account_number": said.get("account"), "name": said["name"]},
        **{name: said.get(name) for name in ("country", "agreement", "purchasing_model", "term")},
        "products": said.get("products", []),
        "wish": said.get("wish", ""),
        "asked_at": request.asked_at,
        "closed_at": request.closed_at,
        "closed_reason": request.closed_reason,
        "quotes": sorted({each.number for each in request.quotes.all()}),
    }
