"""End sessions: somebody is signed out everywhere, and may sign in again."""

from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.people import ending
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.streams import tell


def end_sessions(person_id: int, *, by: Actor) -> int:
    """Sign somebody out at every device; how many sessions there were.

    Refused: not_permitted, person_unknown.
    """
    demand_administrator(by)
    with seeing(by):
        person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
        if person is None:
            raise Refused("person_unknown", _("There is no such person."))
        count = ending.access(person)
        tell(person, "person.sessions_ended", {"count": count}, by.by)
    return count
