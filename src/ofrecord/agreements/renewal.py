"""Terms that renew by themselves: which are due, and what follows them."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ended:
    """The last term of an agreement, which is over and renews by itself."""

    agreement_id: int
    account_id: int
    reference: str
    number: int
    start_on: date
    end_on: date


def due(today: date, most: int) -> list[int]:
    """Ids of agreements whose last term renews by itself and ended before this day, first due."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_DUE} ORDER BY last.end_on, last.agreement_id LIMIT %(most)s",
            {"today": today, "most": most},
        )
        return [row[0] for row in cursor.fetchall()]


def ended(ids: Sequence[int], today: date) -> list[Ended]:
    """The same of these agreements, which the caller has locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_DUE} AND a.id = ANY (%(ids)s) ORDER BY a.id", {"today": today, "ids": list(ids)}
        )
        return [Ended(*row) for row in cursor.fetchall()]


def begin(terms: Sequence[Ended]) -> None:
    """Write terms that follow by themselves, known since the day on which each begins."""
    columns = [
        [getattr(each, name) for each in terms]
        for name in ("agreement_id", "account_id", "number", "start_on", "end_on")
    ]
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, columns)
        cursor.execute(_LAST_UNTIL, [[each.agreement_id for each in terms]])


def following(last: Ended, today: date) -> Iterator[Ended]:
    """The terms that have begun since then, each as long as the last one."""
    while last.end_on < today:
        start_on, end_on = next_term(last.start_on, last.end_on)
        last = Ended(
            last.agreement_id, last.account_id, last.reference, last.number + 1, start_on, end_on
        )
        yield last


def next_term(start_on: date, end_on: date) -> tuple[date, date]:
    """First and last day of the term after this one: as many months, or else as many days.

    A year stays a year, leap or not. A term that ends on its anniversary does so again.
    """
    begins = end_on + DAY
    months = (begins.year - start_on.year) * 12 + begins.month - start_on.month
    for less, spare in ((0, 0), (0, 1), (1, 0), (1, 1)):
        whole = months - less
        if whole > 0 and _later(start_on, whole) == begins - spare * DAY:
            return begins, _later(begins, whole) - (1 - spare) * DAY
    return begins, begins + (end_on - start_on)


def _later(day: date, months: int) -> date:
    """The same day of a later month, or the last one of it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# The conditions on `last` but for the day are those of the index `term_to_renew`.
_DUE = """
SELECT a.id, a.account_id, a.reference, last.number, last.start_on, last.end_on
  FROM term AS last JOIN agreement AS a ON a.id = last.agreement_id
 WHERE last.auto_renew AND NOT last.followed AND last.known_on <= last.end_on
   AND last.end_on < %(today)s
"""
_BEGIN = """
INSERT INTO term (agreement_id, account_id, number, start_on, end_on, auto_renew, known_on)
SELECT agreement_id, account_id, number, start_on, end_on, true, start_on
  FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::date[], %s::date[])
       AS begun(agreement_id, account_id, number, start_on, end_on)
"""
_LAST_UNTIL = """
UPDATE agreement SET ends_on = last.end_on
  FROM (SELECT agreement_id, max(end_on) AS end_on FROM term
         WHERE agreement_id = ANY (%s) GROUP BY agreement_id) AS last
 WHERE agreement.id = last.agreement_id
"""
