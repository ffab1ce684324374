"""Enable a person: somebody who was disabled can sign in again, with the roles they still hold."""

from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.streams import tell


def enable_person(email: str, *, by: Actor) -> Person:
    """Let somebody in again. Sessions and invitations that ended stay ended.

    Refused: not_permitted, person_unknown, person_enabled.
    """
    demand_administrator(by)
    with seeing(by):
        people = Person.objects.select_for_update(no_key=True)
        person = people.filter(email=email.strip().lower()).first()
        if person is None:
            raise Refused(
                "person_unknown", _("Nobody has the address %(email)s.") % {"email": email}
            )
        if person.is_active:
            raise Refused("person_enabled", _("%(name)s is not disabled.") % {"name": person.name})
        person.is_active = True
        person.save(update_fields=["is_active"])
        tell(person, "person.enabled", {}, by.by)
    return person
