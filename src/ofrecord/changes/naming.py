"""How people are named to others: the vendor's own act as the vendor, whoever asks."""

from collections.abc import Iterable

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role


def vendors_own(people: Iterable[Person | None]) -> set[int]:
    """The ids of those who hold a role at the vendor."""
    ids = {person.pk for person in people if person}
    if not ids:
        return set()
    with seeing(Actor.system()):
        roles = Role.objects.filter(person__in=ids, account=None, partner=None)
        return set(roles.values_list("person_id", flat=True))


def named(person: Person | None, vendors: set[int]) -> str | None:
    """A person's name, empty for one of the vendor's own; None for nobody."""
    if person is None:
        return None
    return "" if person.pk in vendors else person.name or f"#{person.pk}"
