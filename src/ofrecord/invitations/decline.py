"""Decline: the customer does not want this partner. No, thank you."""

from uuid import UUID

from ofrecord.delivery import wake
from ofrecord.invitations import letters, loading
from ofrecord.invitations.closing import close
from ofrecord.invitations.introduction import LONGEST
from ofrecord.invitations.models import Invitation
from ofrecord.invitations.rights import demand_addressee
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def decline(id: UUID, *, by: Actor, reason: str = "") -> Invitation:
    """Decline an invitation; a partner that has sent it is told, with the reason if one is given.

    Refused as `not_found`, `not_permitted`, or as what it is by now: `invitation_accepted`,
    `invitation_declined`, `invitation_withdrawn`, `invitation_expired`.
    """
    with seeing(by):
        demand_addressee(loading.found(id, by), by)
        invitation = loading.locked(id)
        loading.demand_open(invitation)
        close(invitation, "decline", by, reason=reason.strip()[:LONGEST])
        letters.declined(invitation)
    wake.wake()
    return invitation
