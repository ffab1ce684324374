"""How lists are sent to PostgreSQL, whose elements all have one type."""

import struct
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg import DataError, adapters
from psycopg.abc import DumperKey
from psycopg.adapt import Buffer, Dumper, PyFormat
from psycopg.pq import Format


class Column(Dumper):
    """A list as PostgreSQL reads it, of the type that its place in the statement has.

    The driver's own looks for the type of every element: of a list of thousands that takes as
    long as writing them.
    """

    oid = 0

    def get_key(self, obj: list[Any], _format: PyFormat) -> DumperKey:
        return (list, type(obj[0])) if obj and type(obj[0]) in BINARY else list

    def upgrade(self, _obj: list[Any], _format: PyFormat) -> Dumper:
        return _BinaryColumn(list)

    def dump(self, obj: list[Any]) -> Buffer:
        return _written(obj)


class _BinaryColumn(Dumper):
    """A list in PostgreSQL's binary format: shorter than its text, and not parsed."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: list[Any]) -> Buffer:
        kind, form = BINARY[type(obj[0])]
        oid, dimensions, first = adapters.types[kind].oid, 1, 1
        head = struct.pack("!iiIii", dimensions, None in obj, oid, len(obj), first)
        elements = (None if each is None else form(each) for each in obj)
        return head + b"".join(
            [part for each in elements for part in (NULL if each is None else _sized(each))]
        )


def _sized(value: bytes) -> tuple[bytes, bytes]:
    return len(value).to_bytes(4, "big"), value


def _instant(value: datetime) -> bytes:
    """Microseconds since the beginning of 2000."""
    return ((value - BEGINNING) // MICROSECOND).to_bytes(8, "big", signed=True)


def _written(column: list[Any]) -> bytes:
    kinds = set(map(type, column))
    form = ELEMENTS.get(kinds.pop(), _text) if len(kinds) == 1 else _element
    if form is not _element and column.count(column[0]) == len(column):
        elements: Iterable[str] = [form(column[0])] * len(column)
    else:
        elements = map(form, column)
    return f"{{{','.join(elements)}}}".encode()


def _element(value: Any) -> str:
    """An element of a list of several types."""
    return ELEMENTS.get(type(value), _text)(value)


def _text(value: object) -> str:
    text = str(value)
    if "\x00" in text:
        raise DataError("a text cannot hold a NUL")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


BEGINNING, MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
NULL = (b"\xff\xff\xff\xff",)
BINARY: dict[type, tuple[str, Callable[[Any], bytes]]] = {
    bytes: ("bytea", lambda value: value),
    uuid.UUID: ("uuid", lambda value: value.bytes),
    datetime: ("timestamptz", _instant),
}
"""Lists that are sent as they are: the type of their elements, and how each is written."""
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
