"""Change a role: somebody holds another one at the same place from now on."""

from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.parties.people import ending, letters, telling
from ofrecord.parties.people.places import held_in, of
from ofrecord.parties.people.remove import judge_dispensable, locked
from ofrecord.parties.people.rights import demand_giving
from ofrecord.parties.refusals import Refused


def change_role(role_id: int, to: str, *, by: Actor) -> Role:
    """Give somebody another role in place of this one; invitations that they sent here end.

    Refused: role_unknown, not_permitted, role_held, primary_admin_stays, last_admin.
    """
    with seeing(Actor.system(by.door)):
        role = locked(role_id, by)
        place, before = of(role), role.name
        demand_giving(place, before, by)
        demand_giving(place, to, by)
        held = Role.objects.filter(person=role.person, name=to, **held_in(place))
        if held.exists():
            raise Refused(
                "role_held", _("%(name)s holds that role already.") % {"name": role.person.name}
            )
        judge_dispensable(role)
        role.name = to
        role.save(update_fields=["name"])
        letters.given(role, by)
        data = {
            "role": to,
            "before": before,
            "person": role.person.pk,
            "invitations": ending.invitations(role.person, place),
        }
        if place:
            telling.of_place(place, role.person, "role.changed", data, by)
        telling.of_person(role.person, "person.role_changed", place, data, by)
    return role
