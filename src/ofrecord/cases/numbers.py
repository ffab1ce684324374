"""Numbers of cases (`CS-`), made and checked as those of changes are."""

from ofrecord.changes import numbers

PREFIX = "CS-"


def of_case() -> str:
    """The next case number."""
    return numbers.take(1, PREFIX, "case_number")[0]


def normalized(text: str) -> str | None:
    """A case number as it is kept, from what a person typed; None if it cannot be one."""
    return numbers.normalized(text, PREFIX)
