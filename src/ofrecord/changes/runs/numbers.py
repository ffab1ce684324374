"""Numbers of runs (`RUN-`), made and checked as those of changes are."""

from ofrecord.changes import numbers

PREFIX = "RUN-"


def of_run() -> str:
    """The next run number."""
    return numbers.take(1, PREFIX, "run_number")[0]


def normalized(text: str) -> str | None:
    """A run number as it is kept, from what a person typed; None if it cannot be one."""
    return numbers.normalized(text, PREFIX)
