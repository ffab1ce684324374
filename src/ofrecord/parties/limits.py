"""Limits on how often something may be done in an hour, counted in one table for all processes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

HOUR = timedelta(hours=1)
Act = Callable[[], object]
_noted: ContextVar[list[Act] | None] = ContextVar("noted", default=None)


@contextmanager
def counted_though_undone() -> Iterator[None]:
    """What is counted inside stays counted where the transaction inside is undone by a refusal.

    What `told_though_undone` was to tell is told then too.
    """
    noted: list[Act] = []
    token = _noted.set(noted)
    try:
        yield
    except Exception:
        _noted.set(None)
        with seeing(Actor.system()):
            for act in noted:
                act()
        raise
    finally:
        _noted.reset(token)


def told_though_undone(act: Act) -> None:
    """Tell of a try that is being refused, in a transaction of its own, which `act` begins.

    Call it when the transaction of the try is undone. Where that is part of a larger one, it is
    done after that.
    """
    if (noted := _noted.get()) is None:
        act()
    else:
        noted.append(act)


def count(what: str, limits: Mapping[str, int]) -> datetime | None:
    """Count one more for each of `limits` (whose: how many an hour).

    Returns when the hour ends if one of them is passed, else None. The count belongs to the
    caller's transaction: an act that is refused and rolled back has not been counted.
    """
    if (noted := _noted.get()) is not None:
        noted.append(partial(count, what, limits))
    whose = sorted(limits)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"what": what, "whose": whose})
        rows = cursor.fetchall()
    passed = [since for name, since, times in rows if times > limits[name]]
    return max(passed) + HOUR if passed else None


_COUNT = """
WITH swept AS (
     DELETE FROM tally WHERE what = %(what)s AND whose = ANY (%(whose)s)
        AND since < clock_timestamp() - interval '1 day')
INSERT INTO tally (what, whose, since, times)
SELECT %(what)s, name, date_trunc('hour', clock_timestamp()), 1
  FROM unnest(%(whose)s::text[]) AS counted(name) ORDER BY name
ON CONFLICT (what, whose, since) DO UPDATE SET times = tally.times + 1
RETURNING whose, since, times
"""
