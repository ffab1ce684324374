"""Withdraw: whoever has sent an invitation takes it back."""

from uuid import UUID

from ofrecord.changes.refusals import refused
from ofrecord.delivery import wake
from ofrecord.invitations import loading, refusals, sent
from ofrecord.invitations.closing import close
from ofrecord.invitations.models import Invitation
from ofrecord.invitations.rights import demand_sender
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def withdraw(id: UUID, *, by: Actor, reason: str = "") -> Invitation:
    """Withdraw an open invitation: a partner its own, the vendor any.

    Its link then says so. Refused as `not_found`, `not_permitted`, or as what it is by now.
    """
    with seeing(by):
        if by.sees_everything:
            demand_sender(by)
            loading.found(id, by)
        elif not sent.one(id, by.partners):
            raise refused([refusals.no_invitation()])
    with seeing(Actor.system()):
        invitation = loading.locked(id)
        loading.demand_open(invitation)
        close(invitation, "withdraw", by, reason=reason.strip())
    wake.wake()
    return invitation
