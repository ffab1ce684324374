"""When to try again: soon at first, then ever later, for about three days."""

import random
from collections.abc import Sequence

MINUTE, HOUR = 60, 3600
OF_DELIVERIES = (
    *(5, 30, 2 * MINUTE, 10 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR),
    *(12 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR),
)
OF_LETTERS = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR)
JITTER = 0.2


def retry_in(steps: Sequence[int], attempts: int) -> float | None:
    """Seconds until the next try after `attempts` earlier ones failed and this one too.

    None when it is given up. Jitter keeps what failed together from coming back together.
    """
    if attempts >= len(steps):
        return None
    return steps[attempts] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
