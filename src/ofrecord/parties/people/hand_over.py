"""Hand over: another person of the account becomes its primary admin; there is always one."""

from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Person, Role
from ofrecord.parties.people import ending, letters, telling
from ofrecord.parties.people.places import Place, held_in, of
from ofrecord.parties.people.remove import locked
from ofrecord.parties.people.rights import is_head, may_hand_over
from ofrecord.parties.refusals import Refused


def hand_over(role_id: int, *, by: Actor, reason: str = "") -> Role:
    """Make whoever holds this role in an account its primary admin; the one before stays as a
    secondary admin, and invitations that they sent here end.

    By the primary admin; or by operations and administrators for an account that asks for it,
    with a reason that its admins are told.
    Refused: role_unknown, not_permitted, reason_missing, role_held, person_disabled.
    """
    with seeing(Actor.system(by.door)):
        role = locked(role_id, by)
        place = of(role)
        if not may_hand_over(place, by):
            raise Refused("not_permitted", _("Your role does not allow this here."))
        why = _why(place, by, reason.strip())
        _judge(role)
        before = _step_back(place)
        ended = [id for each in before for id in ending.invitations(each.person, place)]
        Role.objects.filter(person=role.person, **held_in(place)).delete()
        made = Role.objects.create(person=role.person, name="primary_admin", **held_in(place))
        letters.handed_over(made, before, by, why.get("reason", ""))
        data = {"person": role.person.pk, "before": [each.person.pk for each in before]}
        data |= {"invitations": ended, **why}
        telling.of_place(place, role.person, "role.handed_over", data, by)
        _tell_person(role.person, place, role.name, "primary_admin", why, by)
        for each in before:
            _tell_person(each.person, place, "primary_admin", each.name, why, by)
    return made


def _why(place: Place, by: Actor, reason: str) -> dict[str, str]:
    """What the events say of an act for the account; nothing where its own head acts."""
    if isinstance(place, Account) and is_head(by, place):
        return {}
    if not reason:
        raise Refused("reason_missing", _("Give a reason."))
    return {"occasion": "support", "reason": reason}


def _judge(role: Role) -> None:
    named = {"name": role.person.name}
    if role.name == "primary_admin":
        raise Refused("role_held", _("%(name)s is the primary admin already.") % named)
    if not role.person.is_active:
        raise Refused("person_disabled", _("%(name)s is disabled.") % named)


def _step_back(place: Place) -> list[Role]:
    """The primary admin, if there is one, as a secondary admin."""
    before = Role.objects.filter(name="primary_admin", **held_in(place))
    stepped = []
    for role in before.select_related("person"):
        role.delete()
        back, _new = Role.objects.get_or_create(
            person=role.person, name="secondary_admin", **held_in(place)
        )
        stepped.append(back)
    return stepped


def _tell_person(
    person: Person, place: Place, before: str, role: str, why: dict[str, str], by: Actor
) -> None:
    data = {"role": role, "before": before, "person": person.pk, **why}
    telling.of_person(person, "person.role_changed", place, data, by)
