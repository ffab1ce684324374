"""The versions of the policy, each with the days on which it is in force."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ofrecord.journal import clock
from ofrecord.rules import policy
from ofrecord.rules.models import Policy
from ofrecord.rules.parameters import Difference, differences
from ofrecord.rules.policy import Terms, terms_of


@dataclass(frozen=True)
class Version:
    """A version: its terms, its first and last day, who published it, and what it changed.

    `until` is None while none follows; before `in_force_on` when another one took its place
    before it began. `published_by_id` is None where no person did.
    """

    terms: Terms
    in_force_on: date
    until: date | None
    published_at: datetime
    published_by_id: int | None
    note: str
    changed: tuple[Difference, ...]

    @property
    def number(self) -> int:
        return self.terms.version

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def state(self) -> str:
        """`in_force`, `coming`, `past`, or `replaced` before it began."""
        today = clock.today()
        if self.until is not None and self.until < self.in_force_on:
            return "replaced"
        if today < self.in_force_on:
            return "coming"
        return "past" if self.until is not None and self.until < today else "in_force"


def versions() -> list[Version]:
    """Every version, the latest first."""
    rows = list(Policy.objects.order_by("version"))
    made: list[Version] = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        terms = terms_of(row.version, row.parameters)
        made.append(
            Version(
                terms,
                row.in_force_on,
                following.in_force_on - timedelta(days=1) if following else None,
                row.published_at,
                row.published_by_id,
                row.note,
                differences(made[-1].terms, terms) if made else (),
            )
        )
    return made[::-1]


def in_force(day: date) -> Version:
    """The version in force on a day."""
    return numbered(policy.live(day).version)


def numbered(number: int) -> Version:
    """The version of this number, which there is."""
    return next(each for each in versions() if each.number == number)
