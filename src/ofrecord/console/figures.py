"""The figures of the console's home: each one statement, however large the book."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection

from ofrecord.changes.models import State
from ofrecord.changes.simulate import TookTooLong, counted
from ofrecord.journal import clock
from ofrecord.rules import policy
from ofrecord.rules.policy import Terms

PATIENCE = 3
"""Seconds for which the page waits until the book is counted."""
KEPT = 120
"""Seconds for which the count of the book is shown again: it costs, and moves little."""
DAYS = 7


@dataclass(frozen=True)
class Moved:
    """Changes that were submitted today and in the last days, in one state."""

    state: str
    today: int
    days: int


def book() -> dict[str, int] | None:
    """How many agreements there are, and how many can be changed today; None where it takes long.

    Call it inside `parties.context.seeing`.
    """
    terms = policy.live()
    key = f"console.book.{terms.version}.{clock.today()}"
    known: dict[str, int] | None = cache.get(key)
    if known is None:
        known = _counted(terms)
        cache.set(key, known, KEPT)
    return known or None


def _counted(terms: Terms) -> dict[str, int]:
    """The count; empty where it takes too long, which is kept as well."""
    try:
        agreements, available = counted(terms, seconds=PATIENCE)
    except TookTooLong:
        return {}
    return {
        "agreements": agreements,
        "available": available,
        "closed": agreements - available,
    }


def changes() -> dict[str, Any]:
    """What was submitted today and in seven days, by state; and how long it took to be told.

    Call it inside `parties.context.seeing`.
    """
    first = clock.midnight(clock.today())
    given = {"today": first, "since": first - timedelta(days=DAYS - 1)}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, given)
        rows = cursor.fetchall()
    found = {state: Moved(str(State(state).label), today, days) for state, today, days, *_ in rows}
    seconds, told = next(((median, told) for *_, median, told in rows), (None, 0))
    return {
        "moved": [found[state] for state in State.values if state in found],
        "moved_today": sum(each.today for each in found.values()),
        "moved_days": sum(each.days for each in found.values()),
        "median": seconds,
        "told": told,
    }


# The recorded times rise with the ids: what is older than the first day is not read.
_MOVED = """
WITH lately AS MATERIALIZED (
     SELECT state, submitted_at, applied_at, completed_at FROM partner_change
      WHERE occasion <> 'load' AND submitted_at >= %(since)s
        AND id > coalesce((SELECT id FROM partner_change WHERE submitted_at < %(since)s
                            ORDER BY id DESC LIMIT 1), 0)),
     told AS (
     SELECT extract(epoch FROM percentile_cont(0.5)
                    WITHIN GROUP (ORDER BY completed_at - applied_at))::float AS median,
            count(*) AS number
       FROM lately WHERE completed_at IS NOT NULL AND applied_at IS NOT NULL)
SELECT state, count(*) FILTER (WHERE submitted_at >= %(today)s), count(*), told.median, told.number
  FROM lately CROSS JOIN told GROUP BY state, told.median, told.number
"""
