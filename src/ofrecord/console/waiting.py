"""What waits for a person of the vendor: two statements, however large the book."""

from datetime import date
from typing import Any

from ofrecord.changes.models import Consent, Correction
from ofrecord.changes.recipients import last_day
from ofrecord.console.changes import OF_VENDOR
from ofrecord.journal import clock

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
    }


def _until(consent: Consent) -> tuple[Consent, date]:
    return consent, last_day(consent.due_at)
