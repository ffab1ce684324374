"""Disable a person: somebody has left, and is out everywhere at once."""

from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.people import ending
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.streams import tell


def disable_person(email: str, *, by: Actor) -> Person:
    """End everything that the person with this address could do here: sessions, tokens, and the
    open invitations to them and from them.

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
        ended = {"sessions": ending.access(person), "invitations": ending.invitations(person)}
        tell(person, "person.disabled", ended, by.by)
    return person
