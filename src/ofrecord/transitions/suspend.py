"""Suspend: for a while a partner gains nothing; what it has, it keeps."""

from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.transitions.status import moved


def suspend(number: str, *, by: Actor, reason: str) -> Partner:
    """Suspend a partner, until it is reinstated or terminated.

    Nothing of it ends. Whatever would make it partner of record is refused meanwhile by the
    rules themselves, as `partner_inactive`: new changes, those whose last consent comes in, its
    quotes, its codes. The admins of its customers are told. Refused as `not_found`,
    `not_permitted`, `reason_missing`, `status_held` or `partner_terminated`.
    """
    partner, _depends = moved(number, PartnerStatus.SUSPENDED, by=by, reason=reason)
    wake.wake()
    return partner
