"""When rules refuse: asked of the database for one row of facts, and read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ofrecord.rules.rule import RULES, Rule


@dataclass(frozen=True)
class Period:
    """The days on which a rule refuses, both ends included; None is without end."""

    code: str
    since: date | None
    until: date | None

    def contains(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


def periods_sql(codes: Sequence[str]) -> str:
    """When each of these rules refuses one row of facts `f`, as JSON: for `periods`."""
    found = ", ".join(rule.period for rule in _judging(tuple(codes)))
    return f"array_to_json(ARRAY[{found}]::daterange[])"


def periods(codes: Sequence[str], found: Sequence[str | None]) -> tuple[Period, ...]:
    """Those of the rules that refuse at some time, in the order of the rules."""
    judged = zip(_judging(tuple(codes)), found, strict=True)
    return tuple([_period(rule.code, days) for rule, days in judged if days])


@lru_cache
def _judging(codes: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.code in codes)


@lru_cache(maxsize=4096)
def _period(code: str, days: str) -> Period:
    """PostgreSQL leaves the first day in and the last one out, and those that are no ends away."""
    since, until = (date.fromisoformat(day) if day else None for day in days[1:-1].split(","))
    return Period(code, since, until and until - timedelta(days=1))
