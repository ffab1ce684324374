"""Asking the partner for a quote answers its invitation, as a change to it does."""

from uuid import UUID

from ofrecord.invitations.closing import close
from ofrecord.invitations.models import Invitation, State
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor


def answered_by_asking(account_id: int, partner_id: int, request: UUID, *, by: Actor) -> None:
    """Accept the open invitation of this partner to this account, if there is one.

    Call it where the request for a quote is made, in its transaction. An invitation that somebody
    else is answering at this moment is left to them.
    """
    waiting = Invitation.objects.filter(account_id=account_id, partner_id=partner_id)
    open_ones = waiting.filter(state=State.SENT, expires_at__gt=clock.business_now())
    locked = open_ones.select_for_update(of=("self",), skip_locked=True)
    invitation = locked.select_related("partner", "account").first()
    if invitation is not None:
        close(invitation, "accept", by, answer=f"quote_request/{request}")
