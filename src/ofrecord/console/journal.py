"""What happened to a party, a person or the policy, as their stream of the journal tells it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from ofrecord.journal.models import Event
from ofrecord.parties.models import Person
from ofrecord.web.records.history import Told, told

FIRST, PAGE = 8, 50


@dataclass(frozen=True)
class Stretch:
    """Some events, the latest first, and the sequence before which the earlier ones lie, or 0."""

    events: list[Told]
    earlier: int = 0


def of(stream: str, subject_id: int, *, before: str = "", most: int = PAGE) -> Stretch:
    """A page of a stream; `before` is a sequence as an address has it."""
    found = Event.objects.filter(stream=stream, subject_id=subject_id)
    if before.isdecimal() and len(before) < 10:
        found = found.filter(sequence__lt=int(before))
    return _stretch(found.order_by("-sequence"), most)


def about(*numbers: str, most: int = PAGE) -> Stretch:
    """The latest that the journal tells about these numbers, in whatever stream; `earlier` is
    not 0 where there is more.
    """
    found = Event.objects.filter(about__in=numbers)
    return _stretch(found.order_by("-recorded_at", "-sequence"), most)


def _stretch(found: QuerySet[Event], most: int) -> Stretch:
    shown = list(found[: most + 1])
    earlier = shown[most - 1].sequence if len(shown) > most else 0
    return Stretch(told(shown[:most], _names), earlier)


def _names(ids: set[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))


def one(event: Event) -> Told:
    """One event in words."""
    return told([event], _names)[0]
