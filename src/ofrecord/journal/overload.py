"""When the database refuses for now: nothing is half done, and the same can be asked again."""

from django.db import InterfaceError, OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

PASSING = ("08", "53300", "57")
"""SQLSTATEs of what passes: no connection, too many of them, and an intervention, such as a
statement's deadline or a server that shuts down. What the driver says itself has none.
"""


def is_busy(error: BaseException) -> bool:
    """Whether the patience with a lock came to its end, or two waited for each other."""
    return isinstance(error.__cause__, LockNotAvailable | DeadlockDetected)


def is_away(error: BaseException) -> bool:
    """Whether no connection was free in time, one was lost, or a statement took too long."""
    if not isinstance(error, OperationalError | InterfaceError) or is_busy(error):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(PASSING)
