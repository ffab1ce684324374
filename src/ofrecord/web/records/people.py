"""Who acted, as the reader may know them: the vendor's own people are the vendor to others."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from ofrecord.changes.models import PartnerChange
from ofrecord.changes.naming import named, vendors_own
from ofrecord.changes.undo import BY_SUPPORT
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Person


class People:
    """The names of some people for one reader."""

    def __init__(self, people: Iterable[Person | None], reader: Actor) -> None:
        self._vendors = set() if reader.sees_everything else vendors_own(people)

    def name(self, person: Person | None) -> str:
        """What this one is called; empty for nobody."""
        known = named(person, self._vendors)
        return _("the vendor") if known == "" else known or ""


def submitter(change: PartnerChange) -> Person | None:
    """In whose name the change was submitted."""
    return change.on_behalf_of or change.by


def made_by_support(change: PartnerChange) -> bool:
    """Whether support made it for the customer."""
    return change.occasion == "support" or change.cause == BY_SUPPORT


def submitted_by(
    changes: Sequence[PartnerChange], reader: Actor
) -> list[tuple[str, PartnerChange]]:
    """The changes, each with who submitted it."""
    people = People(map(submitter, changes), reader)
    return [(_whose(each, people), each) for each in changes]


def _whose(change: PartnerChange, people: People) -> str:
    name = people.name(submitter(change))
    if not made_by_support(change):
        return name
    return _("support, for %(name)s") % {"name": name} if name else _("support")
