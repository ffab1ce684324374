"""Who is asked before a change takes effect, as the review says it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ofrecord.changes.check import Check
from ofrecord.changes.consents.asking import Ask, asked
from ofrecord.changes.models import Kind
from ofrecord.changes.recipients import Person, last_day, recipients
from ofrecord.rules.policy import Terms
from ofrecord.web.records import consents
from ofrecord.web.records.words import joined


@dataclass(frozen=True)
class Asking:
    """One party that is asked, until the end of which day, and for how many of the agreements."""

    who: str
    what: str
    until: date
    silence: str
    count: int


@dataclass(frozen=True)
class Asked:
    """Everybody who is asked; `at_latest` is the day on which the change counts at the latest."""

    parties: tuple[Asking, ...]
    at_latest: date
    unasked: int

    @property
    def until(self) -> date:
        """The last day on which anybody is waited for."""
        return max(each.until for each in self.parties)


def asked_by(checks: Sequence[Check], submitter: int | None) -> Asked | None:
    """Who would be asked if these were submitted now; None where nobody is."""
    found = {check.reference: asked(check) for check in checks}
    counted = Counter(each for own in found.values() for each in own)
    if not counted:
        return None
    names = joined(approvers([each.facts["id"] for each in checks], checks[0].terms, submitter))
    return Asked(
        tuple(_asking(each, count, names) for each, count in counted.items()),
        consents.latest_day(list(counted), checks[0].facts["effective_at"]),
        sum(not own for own in found.values()),
    )


def _asking(each: Ask, count: int, names: str) -> Asking:
    who = consents.party(each.kind, each.party.name if each.party else "")
    if each.kind == Kind.APPROVAL and names:
        who = f"{who} ({names})"
    what, silence = consents.asks(each.kind), consents.silence(each.kind)
    return Asking(who, what, last_day(each.due_at), silence, count)


def approvers(agreement_ids: Sequence[int], terms: Terms, submitter: int | None) -> list[str]:
    """The names of those who could approve what somebody else submits."""
    people = recipients(agreement_ids, None, ()).people
    return [each.name for each in people if each.id != submitter and _may(each, terms)]


def _may(person: Person, terms: Terms) -> bool:
    return any(tie.why in terms.may_change for tie in person.ties)
