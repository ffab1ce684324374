"""Statements that PostgreSQL plans once for each connection, and not at every call.

They are for the path of a change and of a call of the API: planning the check of one agreement
takes ten times as long as running it.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import Buffer, Dumper
from psycopg.types.datetime import TimestamptzLoader


class Ready(bytes):
    """A list that was written as PostgreSQL reads it before its statement is sent."""


class _Column(Dumper):
    """A list as PostgreSQL reads it, of the type that its place in the statement has.

    The driver's own looks for the type of every element: of a list of thousands that takes as
    long as writing them.
    """

    oid = 0

    def dump(self, obj: list[Any] | Ready) -> Buffer:
        return obj if isinstance(obj, Ready) else _written(obj)


def _written(column: list[Any]) -> bytes:
    kinds = set(map(type, column))
    form = ELEMENTS.get(kinds.pop(), _text) if len(kinds) == 1 else _element
    return f"{{{','.join(map(form, column))}}}".encode()


def _element(value: Any) -> str:
    """An element of a list of several types."""
    return ELEMENTS.get(type(value), _text)(value)


def _text(value: object) -> str:
    text = str(value)
    if "\x00" in text:
        raise psycopg.DataError("a text cannot hold a NUL")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


ELEMENTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _none: "NULL",
    bool: str,
    int: str,
    uuid.UUID: str,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    date: date.isoformat,
    datetime: lambda value: f'"{value.isoformat()}"',
}
"""How an element is written, by its type; of all others it is their text."""


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


PART = 2_500
"""How many of a list go in one statement, where the next are made while the database works."""
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%s|%%")


def prepared() -> CursorWrapper:
    """A cursor whose statements stay prepared; values go beside them and not into their text.

    Use it as Django's own, in a `with`; while statements are logged it is one, so that the log
    shows their values. Where PostgreSQL cannot tell the type of a value from its place, the
    statement has to say it. Instants are read by the driver itself, which takes a tenth of the time
    that Django takes for them; they are in the zone of the connection, which is UTC.
    """
    own = connections[DEFAULT_DB_ALIAS]
    if own.queries_logged:
        return own.cursor()
    own.ensure_connection()
    own.connection.prepare_threshold = 0
    cursor: Any = _Cursor(own.connection)
    cursor.adapters.register_dumper(list, _Column)
    cursor.adapters.register_dumper(Ready, _Column)
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    return own.make_cursor(cursor)


def execute_parts(query: str, parts: Iterable[Mapping[str, Any]]) -> Sequence[Any]:
    """Execute it for one part after the other, and make the next while the database is at work.

    The first row that the last one found.
    """
    logged = connections[DEFAULT_DB_ALIAS].queries_logged
    with ThreadPoolExecutor(1) as beside, prepared() as cursor:
        under_way: Future[Any] | None = None
        for part in parts:
            ready = part if logged else {name: _ready(value) for name, value in part.items()}
            if under_way:
                under_way.result()
            under_way = beside.submit(cursor.execute, query, ready)
        if under_way:
            under_way.result()
        return cast(Sequence[Any], cursor.fetchone())


def fetch_parts(query: str, given: Mapping[str, Any]) -> Iterator[CursorWrapper]:
    """What it finds for the `ids` that are given.

    Of many in parts: the next is asked for while the one before is read.
    """
    ids = given.get("ids", ())
    if len(ids) <= PART:
        with prepared() as cursor:
            yield _executed(cursor, query, given)
        return
    with ThreadPoolExecutor(1) as beside:
        coming: Future[CursorWrapper] | None = None
        for start in range(0, len(ids), PART):
            part = {**given, "ids": ids[start : start + PART]}
            found, coming = coming, beside.submit(_executed, prepared(), query, part)
            if found:
                yield found.result()
        if coming:
            yield coming.result()


def _executed(cursor: CursorWrapper, query: str, part: Mapping[str, Any]) -> CursorWrapper:
    cursor.execute(query, part)
    return cursor


def _ready(value: Any) -> Any:
    return Ready(_written(value)) if isinstance(value, list) else value


def named_rows(cursor: Any) -> list[dict[str, Any]]:
    """What a statement found, by the names of its columns.

    They are read from the result itself: the driver describes each column anew at every call.
    """
    result = cursor.pgresult
    names = [result.fname(place).decode() for place in range(result.nfields)]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
