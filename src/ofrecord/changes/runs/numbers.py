"""Run numbers: `RUN-` and eight symbols, made and checked as those of changes are."""

from django.db import connection

from ofrecord.changes import numbers

PREFIX = "RUN-"


def take() -> str:
    """The next run number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('run_number')")
        return PREFIX + numbers.number(cursor.fetchone()[0]).removeprefix("PC-")


def normalized(text: str) -> str | None:
    """A run number as it is kept, from what a person typed; None if it cannot be one."""
    plain = "".join(text.upper().split()).replace("-", "")
    found = numbers.normalized(plain.removeprefix("RUN") if len(plain) > 8 else plain)
    return PREFIX + found.removeprefix("PC-") if found else None
