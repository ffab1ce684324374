"""Writing what was judged, in a fixed number of statements: rows, load changes, events."""

from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.db import connection

from ofrecord.changes import numbers
from ofrecord.feeds import telling, writing_agreements, writing_parties
from ofrecord.feeds.staging import Progress
from ofrecord.journal.record import By
from ofrecord.rules import policy

_STEPS = 6


def write(by: By, progress: Progress) -> None:
    """Lock, write, record. All of it is in the transaction of the caller."""
    progress("writing", 0, _STEPS)
    with connection.cursor() as cursor:
        cursor.execute(writing_agreements.TOUCHED)
        cursor.execute("ANALYZE touched")
        for lock in writing_agreements.LOCKS:
            cursor.execute(lock)
        cursor.execute(writing_agreements.LATEST)
        now, latest = cursor.fetchone()
    given = telling.parameters(max(now, latest) if latest else now, by)
    given |= {"zone": settings.TIME_ZONE, "policy_version": policy.live().version}
    progress("writing", 1, _STEPS)
    _number_loads()
    progress("writing", 2, _STEPS)
    _each(writing_parties.ROWS, given)
    progress("writing", 3, _STEPS)
    _each(writing_agreements.ROWS, given)
    progress("writing", 4, _STEPS)
    telling.record("account", writing_parties.ACCOUNT_FACTS, given)
    telling.record("partner", writing_parties.PARTNER_FACTS, given)
    telling.record("person", writing_parties.PERSON_FACTS, given)
    progress("writing", 5, _STEPS)
    telling.record("agreement", writing_agreements.LOADED_FACTS, given)
    telling.record("agreement", writing_agreements.UPDATED_FACTS, given)
    progress("writing", _STEPS, _STEPS)


def _each(statements: Iterable[str], given: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, given if "%(" in statement else None)


def _number_loads() -> None:
    """Give every load its change number; through a file, so that memory stays flat."""
    with connection.cursor() as cursor, TemporaryFile("w+", encoding="ascii") as spool:
        cursor.execute(writing_agreements.LOADS)
        cursor.execute("CREATE TEMP TABLE numbers (ordinal bigint, number text) ON COMMIT DROP")
        with cursor.copy("COPY (SELECT ordinal FROM loads) TO STDOUT") as places:
            for (ordinal,) in places.rows():
                spool.write(f"{ordinal}\t{numbers.number(int(ordinal))}\n")
        spool.seek(0)
        with cursor.copy("COPY numbers FROM STDIN") as copy:
            while chunk := spool.read(1 << 16):
                copy.write(chunk)
        cursor.execute("ANALYZE loads, numbers")
