"""The answer to a check: whether an agreement's partner can be changed, why not, and to what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.functional import cached_property

from ofrecord.changes.decided import Party, movements
from ofrecord.changes.fingerprint import Fingerprint, digest
from ofrecord.changes.members import Member, can_serve, member_unknown, partner_role
from ofrecord.changes.models import Movement
from ofrecord.journal import clock
from ofrecord.rules import verdicts
from ofrecord.rules.periods import Period
from ofrecord.rules.policy import Terms
from ofrecord.rules.verdicts import Case, Remedy, Verdict


class Standing(NamedTuple):
    """A tenure that is in force when the change takes effect, or to come after it.

    `places` are those of the named members that it is among; it is untouched by the change of
    a partner where there are none.
    """

    tenure_id: int
    partner_id: int
    number: str
    name: str
    role: str
    subscription_id: int | None
    subscription: str | None
    places: tuple[int, ...]
    effective_from: datetime
    effective_until: datetime | None

    @property
    def party(self) -> Party:
        scope = (self.subscription, self.subscription_id)
        return Party(self.partner_id, self.number, self.name, self.role, *scope)


@dataclass(frozen=True)
class Check:
    """The answer for one agreement.

    `verdicts` holds the rules that refuse today or on the effective day; `periods` all periods
    in which any rule refuses. `told` are the ids of the people who will be told. `members` are
    those that the partner would replace, all where none is named; `overridden` the rules that
    support overrides.
    """

    facts: dict[str, Any]
    terms: Terms
    today: date
    effective_on: date | None
    periods: tuple[Period, ...]
    standing: tuple[Standing, ...]
    told: tuple[int, ...]
    who_can: tuple[str, ...]
    restored: tuple[Party, ...] | None = None
    members: tuple[Member, ...] = ()

    @property
    def reference(self) -> str:
        return str(self.facts["reference"])

    @property
    def occasion(self) -> str:
        return str(self.facts["occasion"])

    @property
    def overridden(self) -> tuple[str, ...]:
        return tuple(self.facts["overridden"])

    @property
    def available(self) -> bool:
        return not self.refusing and not self.misnamed

    @cached_property
    def refusing(self) -> tuple[Period, ...]:
        """The periods that contain today, or the day on which the change takes effect."""
        day = self.effective_day
        return tuple(p for p in self.periods if p.contains(self.today) or p.contains(day))

    @property
    def effective_day(self) -> date:
        return clock.day_of(self.facts["effective_at"])

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        told = (verdicts.verdict(period, self.case) for period in self.refusing)
        return (*told, *self.misnamed)

    @cached_property
    def misnamed(self) -> tuple[Verdict, ...]:
        """What is wrong with the members that were named, whatever the rules say."""
        return tuple(self._misnamed()) if self.members else ()

    def _misnamed(self) -> Iterator[Verdict]:
        found = {place for each in self.standing for place in each.places}
        missing = (each for place, each in enumerate(self.members, 1) if place not in found)
        yield from map(member_unknown, missing)
        kind, name = self.facts["partner_kind"], self.facts["partner_name"]
        roles = dict.fromkeys(each.role for each in self.standing if each.places)
        yield from (
            partner_role(name, role) for role in roles if kind and not can_serve(kind, role)
        )

    @property
    def remedy(self) -> Remedy | None:
        """One remedy composed from all verdicts together; None when no rule refuses."""
        codes = [period.code for period in self.refusing]
        if not codes:
            return self.misnamed[0].remedy if self.misnamed else None
        return verdicts.composed(codes, self.case)

    @property
    def available_until(self) -> date | None:
        """The last day on which nothing refuses; None when that is never, or has no end."""
        if not self.available:
            return None
        starts = [p.since for p in self.periods if p.since and p.since > self.today]
        return min(starts) - timedelta(days=1) if starts else None

    @cached_property
    def case(self) -> Case:
        return Case(self.facts, self.terms, self.today, self.who_can)

    @cached_property
    def before(self) -> tuple[Party, ...]:
        """The partners in force when the change takes effect, or to come while it counts."""
        return tuple(dict.fromkeys(each.party for each in self.standing))

    @cached_property
    def after(self) -> tuple[Party, ...] | None:
        """The new partner set: with the partner that is named, or what an undo restores.

        None where no partner was named or found.
        """
        if self.facts["partner_id"] is None:
            return self.restored
        begins = self.begins
        kept = (e.party for e in self.standing if not e.places)
        return tuple(dict.fromkeys((*begins, *kept)))

    @cached_property
    def moves(self) -> dict[Party, Movement]:
        """Whether each partner of both sets gains, loses or stays."""
        return movements(self.before, self.after or ())

    @property
    def begins(self) -> tuple[Party, ...]:
        """The named partner in each role and scope in which it will be of record."""
        given = self.facts
        firm = (given["partner_id"], given["partner_number"], given["partner_name"])
        if not given["named"]:
            return (Party(*firm, given["partner_role"]),)
        scopes = ((e.role, e.subscription, e.subscription_id) for e in self.standing if e.places)
        return tuple(Party(*firm, *scope) for scope in dict.fromkeys(scopes))

    def touches(self, standing: Standing) -> bool:
        """Whether the change is about this tenure; the others stay as they are, row by row."""
        return bool(standing.places) or self.facts["partner_id"] is None

    @property
    def fingerprint(self) -> Fingerprint | None:
        """What submit has to be given to apply exactly this; None without a known partner."""
        given = self.facts
        if given["partner_id"] is None and self.occasion != "correction":
            return None
        about = given["partner_number"] or given["undone_number"]
        return Fingerprint(
            agreement=str(given["moved_at_version"]),
            policy=str(self.terms.version),
            partner=str(given["partner_version"] or 0),
            effective=self._effective,
            told=digest(*self.told, *(each.partner_id for each in self.standing)),
            subject=digest(given["id"], about, *self.members),
        )

    @property
    def _effective(self) -> str:
        """The effective time as it is told: now, a day, or the period of a correction."""
        if self.occasion == "correction":
            return digest(self.facts["effective_at"], self.facts["effective_until"])
        return self.effective_on.isoformat() if self.effective_on else "now"

    def as_data(self, partner: str | None) -> dict[str, Any]:
        """The answer as doors for programs write it, for this number of the new partner."""
        until, remedy, after = self.available_until, self.remedy, self.after
        return {
            "agreement": self.reference,
            "partner": partner,
            "available": self.available,
            "available_until": until.isoformat() if until else None,
            "verdicts": [verdict.as_data() for verdict in self.verdicts],
            "remedy": {"text": remedy.text, "url": remedy.url} if remedy else None,
            "before": [party.as_data() for party in self.before],
            "after": None if after is None else [party.as_data() for party in after],
            "fingerprint": str(self.fingerprint) if self.fingerprint else None,
        }


def unknown(verdict: Verdict, reference: str, partner: str | None) -> dict[str, Any]:
    """The same for a reference that there is not, or not for this actor."""
    refused = verdict.as_data()
    return {
        "agreement": reference,
        "partner": partner,
        "available": False,
        "available_until": None,
        "verdicts": [refused],
        "remedy": refused["remedy"],
        "before": [],
        "after": None,
        "fingerprint": None,
    }
