"""What the terminal says of consents."""

from typing import Any

from django.utils.translation import gettext as _
from rich.table import Table

from ofrecord.changes.models import Answer, Consent, Kind, PartnerChange
from ofrecord.changes.recipients import last_day
from ofrecord.cli import output
from ofrecord.cli.answers import of_person


def of_consents(change: PartnerChange) -> dict[str, Any]:
    """Whom one change waits for, or waited for."""
    return {
        "change": change.number,
        "state": change.state,
        "settled_at": change.settled_at,
        "consents": asked_for(change),
    }


def asked_for(change: PartnerChange) -> list[dict[str, Any]]:
    """The consents of a change, the first deadline first."""
    asked = Consent.objects.filter(change=change).select_related("partner", "answered_by")
    found = asked.order_by("due_at", "kind", "partner__account_number")
    return [of_consent(each) for each in found]


def of_consent(consent: Consent) -> dict[str, Any]:
    """One consent; `until` is the last day on which it can be given."""
    partner = consent.partner
    return {
        "id": str(consent.pk),
        "kind": consent.kind,
        "partner": partner.account_number if partner else None,
        "name": partner.name if partner else None,
        "asked_at": consent.asked_at,
        "due_at": consent.due_at,
        "until": last_day(consent.due_at),
        "answer": consent.answer or None,
        "answered_at": consent.answered_at,
        "answered_by": of_person(consent.answered_by),
        "client": consent.client or None,
        "ground": consent.ground or None,
        "reason": consent.reason or None,
    }


def table_of(consents: list[dict[str, Any]]) -> Table:
    """Consents as people read them."""
    headings = (_("Waits for"), _("Until"), _("Answer"), _("On"), _("By"), _("Because"))
    return output.table(headings, [_row(each) for each in consents])


def drawn(told: dict[str, Any]) -> Table | str:
    """The answer to `change consents`."""
    return table_of(told["consents"]) if told["consents"] else _("Nobody was asked.")


def of_answered(told: dict[str, Any]) -> str:
    said = _("Given. Change %(change)s is %(state)s.")
    if told["answer"] == "refused":
        said = _("Refused. Change %(change)s is %(state)s.")
    return said % told


def _row(each: dict[str, Any]) -> tuple[Any, ...]:
    asked = Kind(each["kind"]).label
    who = f"{each['name']} ({each['partner']})" if each["partner"] else ""
    by = each["answered_by"]["name"] if each["answered_by"] else each["client"]
    if each["answer"] in ("given", "refused"):
        by = by or _("an operator")
    because = ", ".join(filter(None, (each["ground"], each["reason"])))
    of_whom = ": ".join(filter(None, (str(asked), who)))
    answer = Answer(each["answer"] or "").label
    return of_whom, each["until"], answer, each["answered_at"], by, because
