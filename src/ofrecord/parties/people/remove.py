"""Remove: somebody leaves an account, a firm or the vendor, and is out at once."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role
from ofrecord.parties.people import ending, letters, telling
from ofrecord.parties.people.places import concerns, held_in, lock_again, of
from ofrecord.parties.people.rights import demand_giving, heads_beside
from ofrecord.parties.refusals import Refused

LAST = ("partner_admin", "administrator")
"""Roles that somebody has to hold where somebody holds them."""


def remove(role_id: int, *, by: Actor) -> Role:
    """End a role. With the last one at a place, what the person sent and was sent there ends too;
    with the last one of all, so do their sessions: they can sign in, and see nothing.

    Refused: role_unknown, not_permitted, primary_admin_stays, last_admin.
    """
    with seeing(Actor.system(by.door)):
        role = locked(role_id, by, leaving=True)
        place = of(role)
        demand_giving(place, role.name, by)
        judge_dispensable(role)
        person = role.person
        leaves = not _others(role).filter(**held_in(place)).exists()
        data = {"role": role.name, "person": person.pk}
        if leaves:
            ending.everything_of(role, by)
            data["invitations"] = ending.invitations(person, place)
        sessions = 0 if _others(role).exists() else ending.access(person)
        Role.objects.filter(pk=role.pk).delete()
        letters.removed(role, by)
        if place:
            telling.of_place(place, person, "role.removed", data, by)
        telling.of_person(person, "person.role_removed", place, {**data, "sessions": sessions}, by)
    return role


def locked(role_id: int, by: Actor, *, leaving: bool = False) -> Role:
    """The role, under the locks of its place and its person; one of a place not theirs is unknown.

    What would end with it is locked first where somebody is `leaving`: agreements come before
    their account. Call it as the system. Refused: role_unknown.
    """
    every = Role.objects.select_related("person", "account", "partner")
    found = every.filter(pk=role_id).first()
    if found is None or not concerns(of(found), by):
        raise role_unknown()
    if leaving:
        ending.lock(found)
    lock_again(of(found))
    Person.objects.select_for_update(no_key=True).get(pk=found.person.pk)
    again = every.filter(pk=role_id).first()
    if again is None:
        raise role_unknown()
    return again


def role_unknown() -> Refused:
    return Refused("role_unknown", _("Nobody holds this role any more."))


def judge_dispensable(role: Role) -> None:
    """Refuse where the place would be left without somebody who has to be there."""
    if role.name == "primary_admin":
        raise Refused(
            "primary_admin_stays",
            _("An account always has a primary admin. Hand the role over to somebody else first."),
        )
    if role.name in LAST and role.person.is_active and not heads_beside(role, of(role)):
        raise Refused(
            "last_admin",
            _("%(name)s is the last one in this role. Give it to somebody else first.")
            % {"name": role.person.name},
        )


def _others(role: Role) -> QuerySet[Role]:
    return Role.objects.filter(person=role.person).exclude(pk=role.pk)
