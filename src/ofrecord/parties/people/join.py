"""Join: whoever was invited takes the role on, with the link of the letter, once."""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role, RoleInvitation
from ofrecord.parties.people import telling
from ofrecord.parties.people.invite import hashed, judged_name
from ofrecord.parties.people.places import Place, held_in, lock_again, of
from ofrecord.parties.refusals import Refused
from ofrecord.parties.streams import tell


@dataclass(frozen=True)
class Newcomer:
    """What somebody who never signed in chooses with the link: a name and a password."""

    name: str
    password: str


def invitation_of(secret: str) -> RoleInvitation | None:
    """The invitation that a link opens now; None for one that is used, over, or of nobody.

    Call it as the system: whoever asks holds nothing yet.
    """
    related = RoleInvitation.objects.select_related("person", "account", "partner", "sent_by")
    found = related.filter(digest=hashed(secret)).first()
    return found if found and _is_good(found) else None


def is_new(person: Person) -> bool:
    """Whether somebody has never had a way to sign in, so that the link gives them one."""
    return not person.has_usable_password() and person.last_login is None


def join(secret: str, *, by: Actor, chosen: Newcomer | None = None) -> RoleInvitation:
    """Take on the role of an invitation; a newcomer chooses a password with it.

    `by` is whoever is signed in, or nobody yet. Refused: invitation_unusable, name_missing,
    password_unusable, second_primary_admin.
    """
    with seeing(Actor.system(by.door)):
        invitation = _taken(secret)
        person, place = invitation.person, of(invitation)
        if not (is_new(person) if chosen else by.judged_person == person.pk):
            raise unusable()
        themself = Actor(person.pk, by.door, strength=by.strength, request_id=by.request_id)
        if chosen:
            _enter(person, chosen, themself)
        _make_room(invitation, place, themself)
        Role.objects.get_or_create(person=person, name=invitation.role, **held_in(place))
        invitation.accepted_at = clock.business_now()
        invitation.save(update_fields=["accepted_at"])
        data = {"invitation": invitation.pk, "role": invitation.role}
        joined = {**data, "person": person.pk}
        telling.of_place(place, person, "role_invitation.accepted", joined, themself)
        telling.of_person(person, "person.role_granted", place, data, themself)
    return invitation


def unusable() -> Refused:
    """The one answer to every link that opens nothing for whoever has it."""
    return Refused("invitation_unusable", _("This link cannot be used, or not any more."))


def _taken(secret: str) -> RoleInvitation:
    """The invitation of the link, under the locks of its place and its person."""
    found = invitation_of(secret)
    if found is None:
        raise unusable()
    lock_again(of(found))
    person = Person.objects.select_for_update(no_key=True).get(pk=found.person.pk)
    again = RoleInvitation.objects.select_for_update(of=("self",)).select_related(
        "account", "partner", "sent_by"
    )
    invitation = again.get(pk=found.pk)
    invitation.person = person
    if not _is_good(invitation):
        raise unusable()
    return invitation


def _is_good(invitation: RoleInvitation) -> bool:
    """Open, in time, of somebody who was not disabled, sent by somebody who was not either."""
    is_open = not invitation.accepted_at and not invitation.ended_at
    sender_left = invitation.sent_by is not None and not invitation.sent_by.is_active
    in_time = clock.business_now() < invitation.expires_at
    return is_open and in_time and invitation.person.is_active and not sender_left


def _enter(person: Person, chosen: Newcomer, themself: Actor) -> None:
    """Their name as they write it, and a password."""
    person.name = judged_name(chosen.name)
    try:
        validate_password(chosen.password, person)
    except ValidationError as error:
        raise Refused("password_unusable", " ".join(error.messages)) from None
    person.set_password(chosen.password)
    person.save(update_fields=["name", "password"])
    tell(person, "person.password_changed", {}, themself.by)


def _make_room(invitation: RoleInvitation, place: Place, by: Actor) -> None:
    """An account has one primary admin: one who was disabled gives the role up."""
    if invitation.role != "primary_admin":
        return
    before = Role.objects.filter(name="primary_admin", **held_in(place)).select_related("person")
    for role in before.exclude(person=invitation.person):
        if role.person.is_active:
            raise Refused("second_primary_admin", _("The account has a primary admin already."))
        role.delete()
        data = {"role": "primary_admin", "person": role.person_id}
        telling.of_place(place, role.person, "role.removed", data, by)
        telling.of_person(role.person, "person.role_removed", place, data, by)
