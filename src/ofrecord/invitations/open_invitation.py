"""Open: somebody for whom an invitation is meant follows its link."""

from ofrecord.changes.refusals import refused
from ofrecord.invitations import loading, refusals
from ofrecord.invitations.models import Invitation, State
from ofrecord.invitations.rights import meant_for
from ofrecord.invitations.secret import hashed
from ofrecord.invitations.telling import tell_account
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def open_invitation(token: str, *, by: Actor) -> Invitation:
    """The invitation of this link; the first who opens it while it is open marks it so.

    Whatever is its state: the page says what became of it. Refused as `not_found`, with the same
    words for a link that leads nowhere and for one that is meant for others.
    """
    with seeing(by):
        visible = Invitation.objects.visible_to(by).filter(hash=hashed(token))
        invitation = visible.select_related(*loading.RELATED).first()
        if invitation is None or not meant_for(invitation, by):
            raise refused([refusals.no_invitation()])
        if invitation.standing == State.SENT and invitation.opened_at is None:
            invitation = loading.locked(invitation.pk)
            if invitation.standing == State.SENT and invitation.opened_at is None:
                invitation.opened_at = tell_account(invitation, "invitation.opened", by)
                invitation.opened_by_id = by.judged_person
                invitation.save(update_fields=["opened_at", "opened_by"])
    return invitation
