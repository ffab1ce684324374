"""Statements that PostgreSQL plans once for each connection, and not at every call.

They are for the path of a change and of a call of the API: planning the check of one agreement
takes ten times as long as running it.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg.types.datetime import TimestamptzLoader
from psycopg.waiting import Ready, Wait

from ofrecord.journal.columns import Column

T = TypeVar("T")


class _Cursor(psycopg.RawCursor[Any]):
    """Takes Django's placeholders. The driver reads a statement of some length at each call."""

    keeps_plan = True

    def execute(self, query: Any, params: Any = None, **given: Any) -> "_Cursor":
        if params is not None:
            query, names = _numbered(query)
            params = _placed(names, params)
        return super().execute(query, params, **{"prepare": self.keeps_plan, **given})


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
"""How many of a list go in one statement at most, where it goes in parts."""
FEW = 300
"""So many take less time than to plan a statement for them; and go first, as all wait for them."""
WHOLE = 2 * FEW
"""So many go in one part. Of more the next are made while the database is at work on some."""
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%s|%%")


def prepared(*, of: int = 1) -> CursorWrapper:
    """A cursor whose statements stay prepared; values go beside them and not into their text.

    Those that are about many (`of`) are planned each time: a plan for any number of them would take
    half as long again. Use it as Django's own, in a `with`; while statements are logged it is one,
    so that the log shows their values. Where PostgreSQL cannot tell the type of a value from its
    place, the statement has to say it. Instants are read by the driver itself, which takes a tenth
    of the time that Django takes for them; they are in the zone of the connection, which is UTC.
    """
    own = connections[DEFAULT_DB_ALIAS]
    if own.queries_logged:
        return own.cursor()
    own.ensure_connection()
    own.connection.prepare_threshold = 0
    cursor: Any = _Cursor(own.connection)
    cursor.keeps_plan = of <= FEW
    cursor.adapters.register_dumper(list, Column)
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    return own.make_cursor(cursor)


def in_parts(everything: Sequence[T], *, small_last: bool = False) -> Iterator[Sequence[T]]:
    """A long list in parts: while one is written, there is time to make twice as many.

    The first is small, so that the database has something to do; or the last, so that little is
    left to do when the database is done.
    """
    left, sizes = len(everything), [FEW if len(everything) > WHOLE else WHOLE]
    while (left := left - sizes[-1]) > 0:
        sizes.append(min(2 * sizes[-1], PART, left))
    start = 0
    for size in reversed(sizes) if small_last else sizes:
        yield everything[start : start + size]
        start += size


def execute_parts(query: str, parts: Iterable[Mapping[str, Any]]) -> Sequence[Any]:
    """Execute it for one part after the other, and make the next while the database is at work.

    The first row that the last one found.
    """
    own = connections[DEFAULT_DB_ALIAS]
    with prepared(of=PART) as cursor, own.wrap_database_errors, own.connection.pipeline():
        for part in parts:
            cursor.execute(query, part)
            own.connection.wait(_sent(own.connection.pgconn))
        return cast(Sequence[Any], cursor.fetchone())


def _sent(connection: Any) -> Any:
    """Everything: the driver itself leaves the rest of what is large to its next call."""
    while connection.flush():
        if (yield Wait.RW) & Ready.R:
            connection.consume_input()


Rows = list[dict[str, Any]]


def fetch_parts(query: str, given: Mapping[str, Any]) -> Generator[Rows, None, None]:
    """What it finds for the `ids` that are given, a few rows at a time.

    Of many in parts: the database looks for the next while the rows before are read. Nothing else
    is asked of it meanwhile.
    """
    ids = given.get("ids", ())
    if len(ids) <= WHOLE:
        with prepared(of=len(ids)) as cursor:
            cursor.execute(query, given)
            yield named_rows(cursor)
        return
    own = connections[DEFAULT_DB_ALIAS]
    asked = ({**given, "ids": part} for part in in_parts(ids, small_last=True))
    with own.wrap_database_errors, own.connection.pipeline():
        coming = _under_way(query, next(asked))
        while found := coming:
            rows = named_rows(found, FEW)
            coming = _under_way(query, next(asked, None))
            while rows:
                yield rows
                own.connection.pgconn.consume_input()
                rows = named_rows(found, FEW)


def _under_way(query: str, part: Mapping[str, Any] | None) -> CursorWrapper | None:
    """Asked, and not waited for; inside a pipeline. None where there is nothing more to ask."""
    if part is None:
        return None
    cursor = prepared(of=PART)
    cursor.execute(query, part)
    return cursor


def named_rows(cursor: Any, at_most: int | None = None) -> Rows:
    """What a statement found, by the names of its columns.

    They are read from the result itself: the driver describes each column anew at every call.
    """
    rows = cursor.fetchmany(at_most) if at_most else cursor.fetchall()
    result = cursor.pgresult
    names = [result.fname(place).decode() for place in range(result.nfields)]
    return [dict(zip(names, row, strict=True)) for row in rows]
