"""Statements that PostgreSQL plans once for each connection, and not at every call.

They are for the path of a change and of a call of the API: planning the check of one agreement
takes ten times as long as running it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor whose statements stay prepared; values go beside them and not into their text.

    Where PostgreSQL cannot tell the type of a value from its place, the statement has to say it.
    """
    own = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    own.connection.prepare_threshold = 0
    wrapped = own.make_debug_cursor if own.queries_logged else own.make_cursor
    with own.wrap_database_errors:
        cursor: Any = psycopg.Cursor(own.connection)
    with wrapped(cursor) as found:
        yield found
