"""When to try again: soon at first, then ever later, for about three days."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MINUTE, HOUR = 60, 3600
OF_DELIVERIES = (
    *(5, 30, 2 * MINUTE, 10 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR),
    *(12 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR),
)
OF_REPLAYS = OF_DELIVERIES[:5]
"""Nothing waits for a replay, and new events of its agreement wait behind it: about an hour."""
OF_TESTS = ()
OF_LETTERS = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR)
JITTER = 0.2
LONGEST_WISH = 12 * HOUR


def retry_in(steps: Sequence[int], attempts: int) -> float | None:
    """Seconds until the next try after `attempts` earlier ones failed and this one too.

    None when it is given up. Jitter keeps what failed together from coming back together.
    """
    if attempts >= len(steps):
        return None
    return steps[attempts] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret


def wished(after: str, now: datetime) -> float:
    """How many seconds from now a Retry-After header asks for; 0 where it says nothing usable."""
    try:
        if after.isascii() and after.isdecimal():
            return float(after[:9])
        then = parsedate_to_datetime(after)
    except ValueError:
        return 0.0
    seconds = (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds)


def later(step: float | None, wish: float) -> float | None:
    """The next try is never sooner than the ladder has it, and later when the receiver asks so.

    No later than half a day, though.
    """
    return None if step is None else max(step, min(wish, LONGEST_WISH))
