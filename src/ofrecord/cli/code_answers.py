"""What the terminal says of transfer codes."""

from typing import Any

from django.utils.translation import gettext as _
from rich.table import Table

from ofrecord.changes.codes.make import Made
from ofrecord.changes.models import TransferCode
from ofrecord.cli import output
from ofrecord.cli.answers import of_person
from ofrecord.journal import clock


def of_made(made: Made) -> dict[str, Any]:
    """A new code, with the code itself."""
    return {
        "id": str(made.id),
        "code": made.code,
        "valid_until": made.valid_until,
        "partner": made.partner,
        "agreements": list(made.agreements),
        "refusals": [],
    }


def of_code(code: TransferCode) -> dict[str, Any]:
    """A code without what only its holder knows."""
    named = [each.agreement.reference for each in code.agreements.all()]
    return {
        "id": str(code.pk),
        "account": code.account.account_number,
        "partner": code.partner.account_number,
        "agreements": sorted(named),
        "state": _state(code),
        "valid_until": code.valid_until,
        "reason": code.reason,
        "made_at": code.made_at,
        "made_by": of_person(code.made_by),
        "redeemed_at": code.redeemed_at,
        "redeemed_by": of_person(code.redeemed_by),
        "withdrawn_at": code.withdrawn_at,
        "withdrawn_by": of_person(code.withdrawn_by),
    }


def _state(code: TransferCode) -> str:
    if code.redeemed_at:
        return "redeemed"
    if code.withdrawn_at:
        return "withdrawn"
    return "valid" if code.valid_until > clock.business_now() else "expired"


def of_made_drawn(told: dict[str, Any]) -> Table:
    return output.facts(
        [
            (_("Code, shown this once"), told["code"]),
            (_("Partner"), told["partner"]),
            (_("Agreements"), ", ".join(told["agreements"])),
            (_("Valid until"), told["valid_until"]),
            (_("Id"), told["id"]),
        ]
    )


def table_of(told: dict[str, Any]) -> Table:
    headings = (
        *(_("Id"), _("Account"), _("Partner"), _("Agreements")),
        *(_("State"), _("Valid until"), _("Made by")),
    )
    return output.table(
        headings,
        [
            (
                *(each["id"], each["account"], each["partner"], ", ".join(each["agreements"])),
                *(each["state"], each["valid_until"], each["made_by"]["name"]),
            )
            for each in told["codes"]
        ],
    )
