"""What the review shows: before and after, what comes along, who will be told, what is refused."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ofrecord.agreements.models import Subscription
from ofrecord.changes.check import Check
from ofrecord.changes.decided import fates, tidings
from ofrecord.changes.find import FoundPartner, looked_up
from ofrecord.changes.models import Movement
from ofrecord.changes.recipients import WHY, Person, recipients
from ofrecord.parties.actors import Actor
from ofrecord.portal.asked import Asked, asked_by
from ofrecord.portal.systems import System, told_systems
from ofrecord.web.records import words

LISTED = 200
NAMED = 25


@dataclass(frozen=True)
class Side:
    """A partner of the set before: `ends` or `stays`."""

    name: str
    number: str
    role: str
    scope: str
    ends: bool


@dataclass(frozen=True)
class Moving:
    """Agreements that can be changed and have the same partners now."""

    before: tuple[Side, ...]
    references: tuple[str, ...]

    @property
    def names(self) -> str:
        return words.joined(dict.fromkeys(side.name for side in self.before))

    @property
    def listed(self) -> tuple[str, ...]:
        return self.references[:LISTED]

    @property
    def more(self) -> int:
        return len(self.references) - len(self.listed)


@dataclass(frozen=True)
class Left:
    """Agreements that stay as they are, for the same reasons."""

    name: str
    items: tuple[tuple[str, str], ...]

    @property
    def listed(self) -> tuple[tuple[str, str], ...]:
        return self.items[:LISTED]

    @property
    def more(self) -> int:
        return len(self.items) - len(self.listed)


@dataclass(frozen=True)
class Reader:
    """A person who gets a letter, and as what."""

    name: str
    roles: tuple[str, ...]
    you: bool


@dataclass(frozen=True)
class Told:
    """Who hears of it: people with why, partners that gain, that end, that stay, and systems."""

    people: tuple[Reader, ...]
    more_people: int
    gaining: str
    ending: str
    staying: str
    systems: tuple[System, ...]

    @property
    def required(self) -> tuple[System, ...]:
        return tuple(system for system in self.systems if system.required)


@dataclass(frozen=True)
class Review:
    """A preview of the act: what submit will do, and nothing else."""

    found: FoundPartner
    moving: tuple[Moving, ...]
    left: tuple[Left, ...]
    subscriptions: tuple[Subscription, ...]
    told: Told
    asked: Asked | None
    fingerprints: str
    effective_on: date | None

    @property
    def count(self) -> int:
        return sum(len(group.references) for group in self.moving)

    @property
    def left_count(self) -> int:
        return sum(len(group.items) for group in self.left)

    @property
    def stays(self) -> bool:
        """Whether the new partner is one of those that the only agreement has now."""
        return any(side.number == self.found.number for side in self.before)

    @property
    def kept(self) -> tuple[Side, ...]:
        """Who stays in its role beside the new partner."""
        return tuple(s for s in self.before if not s.ends and s.number != self.found.number)

    @property
    def only(self) -> Check:
        """The check of a review of one agreement."""
        return self.found.checks[0]

    @property
    def before(self) -> tuple[Side, ...]:
        return sides(self.only)


def review(number: str, checks: Sequence[Check], effective_on: date | None, by: Actor) -> Review:
    """Compose the preview from checks that name the partner. Call it inside `seeing(by)`."""
    found = looked_up(number, checks)
    able = [check for check in checks if check.available]
    ids = [check.facts["id"] for check in able]
    comes_along = Subscription.objects.filter(agreement__in=ids[:1] if len(checks) == 1 else ())
    return Review(
        found=found,
        moving=grouped(able),
        left=left([check for check in checks if not check.available]),
        subscriptions=tuple(comes_along.order_by("product_key", "pk")),
        told=_told(able, by),
        asked=asked_by(able, by.judged_person) if able else None,
        fingerprints=" ".join(str(check.fingerprint) for check in able),
        effective_on=effective_on,
    )


def sides(check: Check) -> tuple[Side, ...]:
    """The partners of the set before, each with whether it ends."""
    becomes = fates(check.before, check.after or ())
    return tuple(
        Side(
            party.name,
            party.number,
            words.role(party.role),
            party.subscription or "",
            becomes[party] != Movement.STAYING,
        )
        for party in check.before
    )


def grouped(checks: Sequence[Check]) -> tuple[Moving, ...]:
    """The agreements by the partners that they have now, the largest group first."""
    groups = defaultdict(list)
    for check in checks:
        before = tuple(dict.fromkeys(side_without_scope(each) for each in sides(check)))
        groups[before].append(check.reference)
    found = [Moving(before, tuple(references)) for before, references in groups.items()]
    return tuple(sorted(found, key=lambda group: -len(group.references)))


def side_without_scope(side: Side) -> Side:
    return Side(side.name, side.number, side.role, "", side.ends)


def left(checks: Sequence[Check]) -> tuple[Left, ...]:
    """The refused agreements by the rules that refuse, the largest group first."""
    groups = defaultdict(list)
    for check in checks:
        codes = tuple(verdict.code for verdict in check.verdicts)
        groups[codes].append((check.reference, words.why(check)))
    found = [Left(words.names(codes), tuple(items)) for codes, items in groups.items()]
    return tuple(sorted(found, key=lambda group: -len(group.items)))


def _told(able: Sequence[Check], by: Actor) -> Told:
    ids = [check.facts["id"] for check in able]
    people = [_reader(each, by) for each in recipients(ids, by.judged_person, ()).people if ids]
    people.sort(key=lambda reader: (not reader.you, reader.name))
    told: dict[Movement, set[str]] = defaultdict(set)
    for check in able:
        new = check.facts["partner_id"]
        for party, tiding in tidings(check.before, check.after or (), new).items():
            told[tiding].add(party.name)
    return Told(
        people=tuple(people[:NAMED]),
        more_people=max(len(people) - NAMED, 0),
        gaining=words.joined(sorted(told[Movement.GAINING])),
        ending=words.joined(sorted(told[Movement.LOSING])),
        staying=words.joined(sorted(told[Movement.STAYING])),
        systems=tuple(told_systems()),
    )


def _reader(person: Person, by: Actor) -> Reader:
    """A person by the roles held, without the one of having submitted."""
    held = {tie.why for tie in person.ties}
    roles = tuple(str(words) for why, words in WHY.items() if why in held and why != "submitter")
    return Reader(person.name, roles, person.id == by.judged_person)
