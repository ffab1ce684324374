"""Statements that PostgreSQL plans once for each connection, and not at every call.

They are for the path of a change and of a call of the API: planning the check of one agreement
takes ten times as long as running it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import Buffer, Dumper


class _Column(Dumper):
    """A list as PostgreSQL reads it, of the type that its place in the statement has.

    The driver's own looks for the type of every element: of a list of thousands that takes as
    long as writing them.
    """

    oid = 0

    def dump(self, obj: list[Any]) -> Buffer:
        return f"{{{','.join(map(_element, obj))}}}".encode()


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    text = value.isoformat() if isinstance(value, date) else str(value)
    if "\x00" in text:
        raise psycopg.DataError("a text cannot hold a NUL")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Cursor(psycopg.RawCursor[Any]):
    """Takes Django's placeholders. The driver reads a statement of some length at each call."""

    def execute(self, query: Any, params: Any = None, **given: Any) -> "_Cursor":
        if params is not None:
            query, names = _numbered(query)
            params = _placed(names, params)
        return super().execute(query, params, **given)


@lru_cache(maxsize=1024)
def _numbered(query: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with PostgreSQL's own placeholders, and what each stands for."""
    places: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1] or f"{len(places)}"
        return f"${places.setdefault(name, len(places) + 1)}"

    return PLACEHOLDER.sub(numbered, query).encode(), tuple(places)


def _placed(names: Sequence[str], params: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any]:
    return [params[name] for name in names] if isinstance(params, Mapping) else params


PLACEHOLDER = re.compile(r"%\((\w+)\)s|%s|%%")


def prepared() -> CursorWrapper:
    """A cursor whose statements stay prepared; values go beside them and not into their text.

    Use it as Django's own, in a `with`; while statements are logged it is one, so that the log
    shows their values. Where PostgreSQL cannot tell the type of a value from its place, the
    statement has to say it.
    """
    own = connections[DEFAULT_DB_ALIAS]
    if own.queries_logged:
        return own.cursor()
    own.ensure_connection()
    own.connection.prepare_threshold = 0
    cursor: Any = _Cursor(own.connection)
    cursor.adapters.register_dumper(list, _Column)
    return own.make_cursor(cursor)
