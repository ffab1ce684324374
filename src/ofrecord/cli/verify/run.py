"""Verify: every invariant, in one read-only transaction that sees one state of the book."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from ofrecord.cli.verify import (
    anchored,
    cases,
    deliveries,
    guards,
    imports,
    invited,
    life,
    liveness,
    replay,
    requests,
    rights,
    runs,
    sales,
    sight,
    streams,
    support,
    tenures,
)
from ofrecord.cli.verify.invariant import Asked, CheckResult, Invariant, Search
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

INVARIANTS = (
    tenures.ONE_PARTNER_SET,
    tenures.NO_OVERLAP,
    guards.PAST_IMMUTABLE,
    replay.REPLAY,
    life.LEGAL_LIFE,
    requests.KEPT_ONCE,
    streams.GAPLESS,
    deliveries.AT_LEAST_ONCE,
    deliveries.IN_ORDER,
    streams.CHAINED,
    anchored.ANCHORED,
    rights.HELD,
    sight.SEEN,
    imports.CONSERVED,
    runs.ACCOUNTED,
    sales.SOLD,
    invited.INVITED,
    support.SUPPORTED,
    cases.FOLLOWED,
    life.IN_TIME,
    liveness.ALIVE,
)
EXAMPLES = 10
Progress = Callable[[str, int, int], None]


def verify(*, samples: int = 1_000, on_progress: Progress | None = None) -> list[CheckResult]:
    """Search for offences against every invariant; none in any result means that all is well.

    `samples` is how many answers are replayed from the journal. `on_progress` is told the name
    of the invariant that comes next, how many are done, and how many there are.
    """
    results = []
    with _one_state(), seeing(Actor.system()):
        asked = _asked(samples)
        for done, invariant in enumerate(INVARIANTS):
            if on_progress:
                on_progress(invariant.name, done, len(INVARIANTS))
            results.append(_result(invariant, asked))
    if on_progress:
        on_progress("", len(INVARIANTS), len(INVARIANTS))
    return results


def _asked(samples: int) -> Asked:
    return {
        "now": clock.business_now(),
        "zone": settings.TIME_ZONE,
        "moved_day": settings.OFRECORD_TODAY is not None,
        "runtime": settings.RUNTIME_ROLE,
        "samples": samples,
    }


def _result(invariant: Invariant, asked: Asked) -> CheckResult:
    violations, examples = 0, list[str]()
    with _unindexed(invariant.unindexed):
        for search in invariant.searches:
            count, found = _search(search, asked)
            violations += count
            examples += found
    return CheckResult(invariant.name, invariant.says, violations, tuple(examples[:EXAMPLES]))


def _search(search: str | Search, asked: Asked) -> tuple[int, list[str]]:
    """How many offences, and the first of them; rows that cannot even be read are one."""
    try:
        with transaction.atomic():
            if isinstance(search, str):
                return _query(search, asked)
            found = iter(search(asked))
            first = list(islice(found, EXAMPLES))
            return len(first) + sum(1 for _ in found), first
    except DatabaseError as error:
        return 1, [f"cannot be read: {str(error).splitlines()[0]}"]


def _query(sql: str, asked: Asked) -> tuple[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"WITH found (what) AS ({sql}) {_COUNTED}", asked)
        count, examples = cursor.fetchone()
    return count, examples or []


@contextmanager
def _one_state() -> Iterator[None]:
    """One snapshot, in which nothing can be written; inside another transaction, its own."""
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        yield


@contextmanager
def _unindexed(wanted: bool) -> Iterator[None]:
    _let_indexes(not wanted)
    yield
    _let_indexes(True)


def _let_indexes(on: bool) -> None:
    with connection.cursor() as cursor:
        for scan in ("indexscan", "indexonlyscan", "bitmapscan"):
            cursor.execute("SELECT set_config(%s, %s, true)", [f"enable_{scan}", str(on)])


_COUNTED = f"""
SELECT (SELECT count(*) FROM found), ARRAY(SELECT what FROM found LIMIT {EXAMPLES})
"""
