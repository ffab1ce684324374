"""The consents that a firm is asked for: what waits, by its deadline, and what was answered.

Whether one waits follows from its deadline, whether or not the clock has come to it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from ofrecord.changes.models import Consent, Kind
from ofrecord.changes.models.consent import Consents
from ofrecord.changes.recipients import last_day
from ofrecord.desk import words
from ofrecord.desk.places import PAGE, Page, place, token
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor

KINDS = (Kind.GAINING, Kind.LOSING)


def asked(by: Actor, firm_id: int) -> Consents:
    """All that the firm was ever asked. Call it inside `parties.context.seeing`."""
    return Consent.objects.visible_to(by).filter(partner_id=firm_id, kind__in=KINDS)


def waiting(of: Consents) -> Consents:
    """What can still be answered, the nearest deadline first."""
    return of.filter(answer="", due_at__gt=clock.business_now()).order_by("due_at", "id")


def waiting_page(of: Consents, kind: str, after: str, size: int = PAGE) -> Page[Consent]:
    """A page of what waits of one kind."""
    found = waiting(of).filter(kind=kind)
    if start := _place(after):
        at, id = start
        found = found.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=id), due_at__gte=at)
    return _page(found[: size + 1], size)


def answered_page(of: Consents, after: str, size: int = PAGE) -> Page[Consent]:
    """A page of what can no longer be answered, the latest deadline first."""
    over = of.filter(~Q(answer="") | Q(due_at__lte=clock.business_now()))
    found = over.order_by("-due_at", "-id")
    if start := _place(after):
        at, id = start
        found = found.filter(Q(due_at__lt=at) | Q(due_at=at, id__lt=id), due_at__lte=at)
    return _page(found[: size + 1], size)


def shown(consent: Consent) -> dict[str, Any]:
    """A consent as the desk shows it: what the firm was told when it was asked, and no more."""
    told = consent.shown
    effective_at = datetime.fromisoformat(told["effective_at"])
    now = clock.business_now()
    return {
        "id": consent.pk,
        "kind": consent.kind,
        "asks": words.asks(consent.kind),
        "agreement": told["agreement"],
        "model": told["purchasing_model"],
        "account": told["account"],
        "role": told["role"],
        "effective_at": effective_at if effective_at > now else None,
        "until": last_day(consent.due_at),
        "waits": not consent.answer and consent.due_at > now,
        "outcome": words.outcome(consent),
        "answered_at": consent.answered_at or consent.due_at,
        "ground": words.ground(consent.ground),
        "reason": consent.reason,
    }


def _place(text: str) -> tuple[datetime, UUID] | None:
    found = place(text)
    try:
        return (found[0], UUID(found[1])) if found else None
    except ValueError:
        return None


def _page(found: Iterable[Consent], size: int) -> Page[Consent]:
    rows = tuple(found)
    kept = rows[:size]
    more = len(rows) > size
    return Page(kept, token(kept[-1].due_at, kept[-1].pk) if more else "")
