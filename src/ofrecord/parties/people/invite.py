"""Invite: somebody is asked by letter to take on a role, whether they are known here or not."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from ofrecord.journal import clock
from ofrecord.parties import limits
from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import judged_email
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role, RoleInvitation
from ofrecord.parties.people import letters, telling
from ofrecord.parties.people.places import Place, held_in, locked, number_of
from ofrecord.parties.people.rights import demand_giving
from ofrecord.parties.refusals import Refused
from ofrecord.parties.streams import tell

LASTS = timedelta(days=7)
LONGEST_NAME = 120
WHAT = "role_invitation"
BY_PERSON, BY_PLACE, BY_ADDRESS = 20, 40, 3
"""How many an hour: by one person, by one place, and by one place to one address."""


def invite(email: str, name: str, *, belongs_to: str, role: str, by: Actor) -> RoleInvitation:
    """Send somebody a link with which they take on a role; the last one sent is the one that works.

    Nothing in it depends on whether the address is known here already: the role is held once it
    is accepted. Refused: not_permitted, email_unusable, name_missing, role_unusable,
    belongs_to_unknown, role_held, invitation_limit.
    """
    email, name = judged_email(email), judged_name(name)
    with seeing(Actor.system(by.door)):
        place = locked(belongs_to.strip(), role, by)
        demand_giving(place, role, by)
        _judge_limits(email, place, by)
        person = _addressed(email, name, by)
        _judge_free(person, role, place)
        replaced = _end_before(person, place)
        secret = secrets.token_urlsafe(32)
        now = clock.business_now()
        invitation = RoleInvitation.objects.create(
            person=person,
            role=role,
            name=name,
            digest=hashed(secret),
            sent_by_id=by.judged_person,
            sent_at=now,
            expires_at=now + LASTS,
            **held_in(place),
        )
        letters.invited(invitation, secret, by)
        data = {"invitation": invitation.pk, "role": role, "expires_at": invitation.expires_at}
        replaces = {"replaces": replaced} if replaced else {}
        telling.of_place(place, person, "role_invitation.sent", {**data, **replaces}, by)
    return invitation


def hashed(secret: str) -> bytes:
    """What is kept of the secret in a link."""
    return hashlib.sha256(secret.encode()).digest()


def judged_name(name: str) -> str:
    """A name as it is kept: printable, on one line, not endless."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Refused("name_missing", _("Give the person's name."))
    return plain


def _judge_limits(email: str, place: Place, by: Actor) -> None:
    if by.is_system:
        return
    where = f"{type(place).__name__.lower()}/{place.pk}" if place else "vendor"
    address = hashlib.sha256(email.encode()).hexdigest()[:16]
    wanted = {
        f"person/{by.judged_person}": BY_PERSON,
        where: BY_PLACE,
        f"{where}/{address}": BY_ADDRESS,
    }
    if ends_at := limits.count(WHAT, wanted):
        raise Refused(
            "invitation_limit",
            _("Too many invitations were sent within an hour. Go on after %(time)s.")
            % {"time": ends_at.astimezone(clock.vendor_zone()).strftime("%H:%M")},
        )


def _addressed(email: str, name: str, by: Actor) -> Person:
    """The person with this address, locked; a new one cannot sign in before choosing a password.

    That one is new is told without saying whose invitation it was.
    """
    blank = {"name": name, "password": make_password(None)}
    person, new = Person.objects.get_or_create(email=email, defaults=blank)
    if new:
        unnamed = Actor.system(by.door)
        tell(person, "person.added", {}, unnamed.by)
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _judge_free(person: Person, role: str, place: Place) -> None:
    """Who works there already is no secret to who invites there."""
    held = Role.objects.filter(person=person, **held_in(place))
    if held.filter(name=role).exists() or (place and held.exists()):
        raise Refused(
            "role_held",
            _("%(name)s works at %(place)s already. Change the role there instead.")
            % {"name": person.name, "place": place.name if place else number_of(place)},
        )


def _end_before(person: Person, place: Place) -> str | None:
    """The invitation that was open is worth nothing any more; its id."""
    before = RoleInvitation.objects.filter(
        person=person, accepted_at=None, ended_at=None, **held_in(place)
    )
    ids = [str(id) for id in before.values_list("pk", flat=True)]
    before.update(ended_at=clock.business_now(), ended_for="sent_again")
    return ids[0] if ids else None
