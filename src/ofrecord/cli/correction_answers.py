"""What the terminal says of corrections."""

from typing import Any

from django.utils.translation import gettext as _
from rich.console import Group, RenderableType
from rich.table import Table

from ofrecord.agreements.models import Agreement
from ofrecord.changes.corrections.proposal import review
from ofrecord.changes.models import Correction
from ofrecord.cli import output
from ofrecord.cli.answers import of_person

WAITING = "waiting"


def of_correction(correction: Correction) -> dict[str, Any]:
    """A correction as it was proposed, and what became of it."""
    partner, corrects, change = correction.partner, correction.corrects, correction.change
    return {
        "correction": str(correction.pk),
        "agreement": correction.agreement.reference,
        "state": correction.outcome or WAITING,
        "partner": partner.account_number if partner else None,
        "corrects": corrects.number if corrects else None,
        "effective_at": correction.effective_at,
        "effective_until": correction.effective_until,
        "supersedes": correction.supersedes,
        "reason": correction.reason,
        "proposed_at": correction.proposed_at,
        "proposed_by": of_person(correction.proposed_by),
        "decided_at": correction.decided_at,
        "decided_by": of_person(correction.decided_by),
        "decided_reason": correction.decided_reason or None,
        "change": change.number if change else None,
    }


def what_it_would_do(correction: Correction) -> dict[str, Any]:
    """The partner sets of a correction that waits, and what stands against approving it."""
    checked, against = review(correction)
    return {
        "before": [party.as_data() for party in checked.before],
        "after": [party.as_data() for party in checked.after or ()],
        "refusals": [verdict.as_data() for verdict in against],
    }


def waiting(agreement: Agreement) -> str | None:
    """The id of the correction of an agreement that waits for a second person."""
    found = Correction.objects.filter(agreement=agreement, outcome="").values_list("pk", flat=True)
    return str(found[0]) if found else None


def table_of(told: dict[str, Any]) -> Table:
    headings = (
        *(_("Correction"), _("Agreement"), _("State"), _("Should be"), _("From")),
        *(_("Until before"), _("Proposed by"), _("Change")),
    )
    return output.table(headings, [_row(each) for each in told["corrections"]])


def drawn(told: dict[str, Any]) -> RenderableType:
    pairs = [
        (_("Correction"), told["correction"]),
        (_("State"), told["state"]),
        (_("Agreement"), told["agreement"]),
        (_("Should be"), _wish(told)),
        (_("From"), told["effective_at"]),
        (_("Until before"), told["effective_until"]),
        (_("Calls off the open change"), _("yes") if told["supersedes"] else _("no")),
        (_("Proposed by"), told["proposed_by"]["name"]),
        (_("Proposed"), told["proposed_at"]),
        (_("Reason"), told["reason"]),
    ]
    if told["decided_at"]:
        pairs += [
            (_("Decided by"), told["decided_by"]["name"]),
            (_("Decided"), told["decided_at"]),
            (_("Because"), told["decided_reason"]),
            (_("Change"), told["change"]),
        ]
    if "before" not in told:
        return output.facts(pairs)
    names = {side: ", ".join(each["name"] for each in told[side]) for side in ("before", "after")}
    pairs += [(_("Before"), names["before"]), (_("After"), names["after"])]
    against = [each["reason"] for each in told["refusals"]]
    return Group(output.facts(pairs), "", output.harmless("\n".join(against) or _would_do()))


def of_proposed(told: dict[str, Any]) -> str:
    said = _("Correction %(correction)s of %(agreement)s waits for a second person.")
    return said % told


def of_approved(told: dict[str, Any]) -> str:
    return _("Corrected by change %(number)s, which is %(state)s.") % told


def _row(each: dict[str, Any]) -> tuple[Any, ...]:
    period = (each["effective_at"], each["effective_until"])
    about = (each["correction"], each["agreement"], each["state"], _wish(each))
    return (*about, *period, each["proposed_by"]["name"], each["change"])


def _wish(told: dict[str, Any]) -> str:
    if told["partner"]:
        return str(told["partner"])
    return _("as before %(change)s") % {"change": told["corrects"]}


def _would_do() -> str:
    return _("Nothing stands against it: a second person can approve it.")
