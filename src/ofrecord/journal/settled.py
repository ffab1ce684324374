"""How far the journal is settled: up to which instant nothing can be recorded any more.

A recorded time is read inside its transaction, after the first lock, and shows to others only
with the commit. So everything recorded up to an instant is there once every transaction that was
writing at that instant has ended.
"""

import time
from datetime import datetime

from django.db import connection

PATIENCE = 2.0
_PAUSE = 0.02


def settled_until() -> datetime:
    """The last instant of which everything that was recorded can be seen.

    Call it where each statement sees what was committed before it; what is read afterwards, and
    was recorded up to that instant, is complete for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        (now,) = cursor.fetchone()
        cursor.execute(_OLDEST_WRITER)
        (oldest,) = cursor.fetchone()
    until: datetime = min(now, oldest) if oldest else now
    return until


def settle(instant: datetime, patience: float = PATIENCE) -> bool:
    """Whether everything recorded up to `instant` can be seen, waiting up to `patience` seconds.

    Most transactions end within milliseconds, so waiting is nearly always short.
    """
    deadline = time.monotonic() + patience
    while settled_until() < instant:
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def recorded_now() -> datetime:
    """The present instant as recorded times have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


# What this transaction has read of activity so far is forgotten first.
_NOW = "SELECT clock_timestamp() FROM (SELECT pg_stat_clear_snapshot()) AS fresh"
# A transaction that has written anything holds a lock on its own id, which everybody sees; when
# it began is told only of those of one's own role, so that a writer of another role leaves
# nothing settled.
_OLDEST_WRITER = """
SELECT min(CASE WHEN writer.usename = current_user THEN writer.xact_start
                ELSE '0001-01-02 00:00:00+00' END) - interval '1 microsecond'
  FROM pg_locks AS own JOIN pg_stat_activity AS writer ON writer.pid = own.pid
 WHERE own.locktype = 'transactionid' AND own.mode = 'ExclusiveLock' AND own.granted
   AND writer.datname = current_database() AND writer.usename IS NOT NULL
   AND writer.pid <> pg_backend_pid()
"""
