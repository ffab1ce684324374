"""Reinstate: a partner that was suspended or terminated is active again."""

from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.transitions.status import moved


def reinstate(number: str, *, by: Actor, reason: str) -> Partner:
    """Make a partner active again; its people and systems have their access back.

    What a termination ended stays ended. The admins of its customers are told. Refused as
    `not_found`, `not_permitted`, `reason_missing` or `status_held`.
    """
    partner, _depends = moved(number, PartnerStatus.ACTIVE, by=by, reason=reason)
    wake.wake()
    return partner
