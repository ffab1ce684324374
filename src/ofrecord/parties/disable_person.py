"""Disable a person: somebody has left, and is out everywhere at once."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.streams import tell


def disable_person(email: str, *, by: Actor) -> Person:
    """End everything that the person with this address could do here, sessions included.

    The roles stay as they are, for what was done with them. Refused: not_permitted,
    person_unknown, person_disabled.
    """
    demand_administrator(by)
    with seeing(by):
        people = Person.objects.select_for_update(no_key=True)
        person = people.filter(email=email.strip().lower()).first()
        if person is None:
            raise Refused(
                "person_unknown", _("Nobody has the address %(email)s.") % {"email": email}
            )
        if not person.is_active:
            raise Refused(
                "person_disabled", _("%(name)s is disabled already.") % {"name": person.name}
            )
        person.is_active = False
        person.save(update_fields=["is_active"])
        tell(person, "person.disabled", {"sessions": _end_sessions(person)}, by.by)
    return person


def _end_sessions(person: Person) -> int:
    """End them for good: to be enabled again must not bring an old one back."""
    sessions = UserSession.objects.filter(user=person)
    for session_key in sessions.values_list("session_key", flat=True):
        SessionStore().delete(session_key)
    count, _by_model = sessions.delete()
    return int(count)
