"""From files to staging tables, by COPY, in one pass and with flat memory.

The tables live as long as the transaction. A cell that cannot be taken is staged as NULL, and
what is wrong with it in `faults`, as column:code.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.feeds.cells import Spoilt, Value
from ofrecord.feeds.reading import Record, records
from ofrecord.feeds.sheets import NEEDED, SHEETS, Column, Row, Sheet

MOST_ROWS = 20_000_000
MOST_COLUMNS = 100
ADDED = ("line", "column", "code", "reason")
"""What files of refused rows have besides; it is passed over when they are sent again."""

_TOLD_EVERY = 5_000

_TABLES = (
    *[f"{step}_{sheet.name}" for step in ("staged", "placed", "judged") for sheet in SHEETS],
    *("defect", "judged_persons", "touched", "loads", "numbers", "grants", "sets", "lines"),
)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is (0: not known)."""


class FeedError(Exception):
    """The files cannot be imported at all; the text says why."""


@dataclass
class Source:
    """An open file of a feed, and what it was when it was opened."""

    sheet: Sheet
    file: BinaryIO
    was: tuple[int, ...]
    read: int = 0
    header: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return self.was[0]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns that mean nothing here."""
        known = {column.name for column in self.sheet.columns} | {*ADDED}
        return tuple(name for name in self.header if name not in known)

    def insist_unchanged(self) -> None:
        if _signature(self.file) != self.was:
            raise FeedError(
                _("%(file)s was changed while it was read.") % {"file": self.sheet.file}
            )


def find(directory: Path) -> list[Source]:
    """The files of a directory, opened, in the order in which one rests on another."""
    found = [(sheet, directory / sheet.file) for sheet in SHEETS]
    sources = [_open(sheet, path) for sheet, path in found if path.exists()]
    if not sources:
        names = ", ".join(sheet.file for sheet in SHEETS)
        raise FeedError(
            _("%(directory)s holds none of the files %(names)s.")
            % {"directory": directory, "names": names}
        )
    return sources


def _open(sheet: Sheet, path: Path) -> Source:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise FeedError(
            _("%(file)s cannot be read: %(why)s.") % {"file": sheet.file, "why": error.strerror}
        ) from None
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise FeedError(_("%(file)s is not an ordinary file.") % {"file": sheet.file})
    return Source(sheet, file, _signature(file))


def _signature(file: BinaryIO) -> tuple[int, ...]:
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns, state.st_ino


def prepare() -> None:
    """Make the staging tables, whatever files there are.

    Those of an earlier import are still there when both are part of one transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in _TABLES)}")
        for sheet in SHEETS:
            columns = ", ".join(f"{column.name} {column.kind}" for column in sheet.columns)
            derived = "".join(f", {name} text" for name, _how in sheet.derived)
            cursor.execute(
                f"CREATE TEMP TABLE staged_{sheet.name} (line integer, faults text[], {columns}"
                f"{derived}) ON COMMIT DROP"
            )
        cursor.execute(
            "CREATE TEMP TABLE defect (sheet text, line integer, name text, code text,"
            " detail text) ON COMMIT DROP"
        )


def stage(source: Source, progress: Progress) -> None:
    """Copy the rows of one file into its staging table."""
    sheet = source.sheet
    names = [column.name for column in sheet.columns] + [name for name, _how in sheet.derived]
    into = f"COPY staged_{sheet.name} (line, faults, {', '.join(names)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in _rows(source):
            copy.write_row(row)
            if source.read % _TOLD_EVERY == 0:
                progress(sheet.file, source.file.tell(), source.size)
    source.insist_unchanged()
    progress(sheet.file, source.size, source.size)


def _rows(source: Source) -> Iterator[tuple[object, ...]]:
    found = records(source.file)
    header = next(found, Record(1, []))
    source.header = tuple(header.cells)
    places, faults = _places(source.sheet, header)
    if faults:
        source.read += 1
        yield 1, faults, *[None] * _width(source.sheet)
        return
    for record in found:
        source.read += 1
        if source.read > MOST_ROWS:
            raise FeedError(
                _("%(file)s has more than %(most)d rows.")
                % {"file": source.sheet.file, "most": MOST_ROWS}
            )
        yield _staged(source.sheet, places, len(source.header), record)


def _places(sheet: Sheet, header: Record) -> tuple[list[tuple[Column, int]], list[str]]:
    """Where in a row each column is (-1: nowhere), and what is wrong with the header."""
    if header.fault or len(header.cells) > MOST_COLUMNS:
        return [], [f":{header.fault or 'wrong_columns'}"]
    places = []
    faults = []
    for column in sheet.columns:
        times = header.cells.count(column.name)
        if times > 1:
            faults.append(f"{column.name}:repeated_column")
        elif not times and not column.optional:
            faults.append(f"{column.name}:missing_column")
        places.append((column, header.cells.index(column.name) if times else -1))
    return places, faults


def _width(sheet: Sheet) -> int:
    return len(sheet.columns) + len(sheet.derived)


def _staged(
    sheet: Sheet, places: list[tuple[Column, int]], width: int, record: Record
) -> tuple[object, ...]:
    if record.fault or len(record.cells) != width:
        faults = [f":{record.fault or 'wrong_columns'}"]
        return record.line, faults, *[None] * _width(sheet)
    row: Row = {}
    faults = []
    for column, place in places:
        try:
            row[column.name] = _value(column, record.cells[place] if place >= 0 else "")
        except Spoilt as spoilt:
            row[column.name] = None
            faults.append(f"{column.name}:{spoilt.code}")
    faults += sheet.faults(row)
    derived = [how(row) for _name, how in sheet.derived]
    return record.line, faults or None, *row.values(), *derived


def _value(column: Column, cell: str) -> Value:
    if cell:
        return column.shape(cell)
    if column.blank is NEEDED:
        raise Spoilt("missing")
    return column.blank  # type: ignore[return-value]  # a sentinel apart, it is what is staged


def close(sources: list[Source]) -> None:
    for source in sources:
        with suppress(OSError):
            source.file.close()
