"""What happens to roles, as facts: in the stream of the place, and in that of the person.

The stream of an account or a firm names a person only once the person belongs to it: who is
merely invited is nobody there, or a number would tell who is known elsewhere.
"""

from datetime import datetime
from typing import Any

from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Person
from ofrecord.parties.people.places import Place, numbers
from ofrecord.parties.streams import tell


def of_place(place: Place, person: Person, type: str, data: dict[str, Any], by: Actor) -> datetime:
    """A fact of the place; the vendor has no stream, so there it is one of the person."""
    return tell(place or person, type, {**data, **numbers(place)}, by.by)


def of_person(person: Person, type: str, place: Place, data: dict[str, Any], by: Actor) -> datetime:
    """A fact of the person, at this place."""
    return tell(person, type, {**data, **numbers(place)}, by.by)
