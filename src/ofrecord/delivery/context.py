"""In whose place deliveries and letters are worked on: the system's."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from ofrecord.journal.prepared import prepared


@contextmanager
def as_system() -> Iterator[None]:
    """A short transaction that sees every row."""
    with transaction.atomic():
        with prepared() as cursor:
            cursor.execute("SELECT set_config('ofrecord.scope', 'system', true)")
        yield
