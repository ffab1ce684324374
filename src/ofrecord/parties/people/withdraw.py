"""Withdraw: an invitation that was not accepted yet cannot be accepted any more."""

from uuid import UUID

from django.utils.translation import gettext as _

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import RoleInvitation
from ofrecord.parties.people import telling
from ofrecord.parties.people.places import concerns, lock_again, of
from ofrecord.parties.people.rights import demand_giving
from ofrecord.parties.refusals import Refused


def withdraw(id: UUID, *, by: Actor) -> RoleInvitation:
    """End an invitation, by anybody who may give the role.

    Refused: invitation_unknown, not_permitted, invitation_over.
    """
    with seeing(Actor.system(by.door)):
        invitation = _found(id, by)
        place = of(invitation)
        demand_giving(place, invitation.role, by)
        if invitation.accepted_at or invitation.ended_at:
            raise Refused("invitation_over", _("The invitation is not open any more."))
        invitation.ended_at, invitation.ended_for = clock.business_now(), "withdrawn"
        invitation.save(update_fields=["ended_at", "ended_for"])
        data = {"invitation": invitation.pk, "role": invitation.role}
        telling.of_place(place, invitation.person, "role_invitation.withdrawn", data, by)
    return invitation


def _found(id: UUID, by: Actor) -> RoleInvitation:
    """The invitation under the lock of its place; one of a place not theirs is unknown."""
    every = RoleInvitation.objects.select_related("person", "account", "partner")
    found = every.filter(pk=id).first()
    if found is None or not concerns(of(found), by):
        raise Refused("invitation_unknown", _("There is no such invitation."))
    lock_again(of(found))
    return every.select_for_update(of=("self",)).get(pk=id)
