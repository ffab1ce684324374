"""An invitation as the vendor's staff read it: also whether it has reached anybody."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ofrecord.changes.recipients import last_day
from ofrecord.console.keyset import address
from ofrecord.invitations.models import Invitation, State

COLOURS = {State.SENT: "accent", State.ACCEPTED: "good"}


def tabs(here: str, show: str, of_partner: str) -> list[dict[str, Any]]:
    """The lists that there are."""
    labels = {
        "": _("All"),
        "open": _("Open"),
        "answered": _("Answered"),
        "nobody": _("Reached nobody"),
    }
    return [
        {
            "label": label,
            "url": address(here, show=value, partner=of_partner),
            "current": value == show,
        }
        for value, label in labels.items()
    ]


def line(invitation: Invitation) -> dict[str, Any]:
    """One invitation with its state by now, and whom it has reached."""
    standing = State(invitation.standing)
    return {
        "invitation": invitation,
        "state": standing.value,
        "said": _("open") if standing == State.SENT else str(standing.label),
        "colour": COLOURS.get(standing, "neutral"),
        "until": last_day(invitation.expires_at),
        "to": " ".join(filter(None, (invitation.account_number, invitation.email))),
        "waits": invitation.introduced_at is None and standing == State.SENT,
        "canary": invitation.account_number in settings.OFRECORD_CANARY_ACCOUNTS,
    }


def shown(invitation: Invitation) -> dict[str, Any]:
    """What the page of one invitation shows beside those whom it is meant for."""
    kind, _slash, answer = invitation.answer.partition("/")
    return {
        **line(invitation),
        "change": answer if kind == "partner_change" else "",
        "by_quote": kind == "quote_request",
    }
