"""Invitations as verbs take them: what whoever asks may see, under its lock."""

from uuid import UUID

from ofrecord.changes.refusals import refused
from ofrecord.invitations import refusals
from ofrecord.invitations.models import Invitation, State
from ofrecord.parties.actors import Actor

RELATED = ("partner", "account")


def found(id: UUID, by: Actor) -> Invitation:
    """The invitation of this id; `not_found` where there is none for this actor."""
    visible = Invitation.objects.visible_to(by).select_related(*RELATED)
    invitation = visible.filter(pk=id).first()
    if invitation is None:
        raise refused([refusals.no_invitation()])
    return invitation


def locked(id: UUID) -> Invitation:
    """The invitation as it is under its lock, which comes before those of agreements."""
    rows = Invitation.objects.select_related(*RELATED).select_for_update(of=("self",))
    return rows.get(pk=id)


def demand_open(invitation: Invitation) -> None:
    """Refuse what was answered, withdrawn, or is too late."""
    if invitation.standing != State.SENT:
        raise refused([refusals.over(invitation)])
