"""What waits for a person of the vendor: a statement for each kind, however large the book."""

from datetime import date
from typing import Any

from ofrecord.changes.models import Consent, Correction
from ofrecord.changes.recipients import last_day
from ofrecord.console import case_queue
from ofrecord.console.changes import OF_VENDOR
from ofrecord.console.systems import counted
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.standing import standings
from ofrecord.journal import clock
from ofrecord.rules import second_person

FIRST = 5


def for_a_person() -> dict[str, Any]:
    """The first corrections that wait for a second person, and the confirmations due."""
    corrections = Correction.objects.filter(outcome="").select_related("agreement", "proposed_by")
    asked = Consent.objects.filter(kind__in=OF_VENDOR, answer="")
    due = asked.filter(due_at__gt=clock.business_now()).select_related("change__agreement")
    found = list(corrections.order_by("proposed_at", "pk")[: FIRST + 1])
    confirmations = list(due.order_by("due_at", "pk")[: FIRST + 1])
    return {
        "corrections": found[:FIRST],
        "more_corrections": len(found) > FIRST,
        "confirmations": [_until(each) for each in confirmations[:FIRST]],
        "more_confirmations": len(confirmations) > FIRST,
        "draft": second_person.waiting(),
        "late_cases": case_queue.late(),
        "given_up": _given_up(),
    }


def _given_up() -> list[tuple[Endpoint, str]]:
    """The systems that events were given up for, and how many."""
    known = standings()
    found = Endpoint.objects.filter(active=True).order_by("name", "pk")
    return [(e, counted(known[e.pk].parked)) for e in found if e.pk in known and known[e.pk].parked]


def _until(consent: Consent) -> tuple[Consent, date]:
    return consent, last_day(consent.due_at)
