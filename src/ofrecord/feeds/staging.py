"""From files to staging tables, by COPY, in one pass and with flat memory.

The tables live as long as the transaction. A cell that cannot be taken is staged as NULL, and
what is wrong with it in `faults`, as column:code.
"""

from collections.abc import Callable, Iterator

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.feeds.cells import Spoilt, Value
from ofrecord.feeds.reading import Record, records
from ofrecord.feeds.sheets import NEEDED, SHEETS, Column, Row, Sheet
from ofrecord.feeds.sources import FeedError, Source

MOST_ROWS = 20_000_000
MOST_COLUMNS = 100
_TOLD_EVERY = 5_000

_TABLES = (
    *[f"{step}_{sheet.name}" for step in ("staged", "placed", "judged") for sheet in SHEETS],
    *("defect", "judged_persons", "touched", "loads", "numbers", "grants", "sets", "lines"),
)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is (0: not known)."""


def prepare() -> None:
    """Make the staging tables, whatever files there are."""
    with connection.cursor() as cursor:
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
    sheet = source.sheet
    for record, row, faults in read(source, MOST_ROWS):
        values = row or dict.fromkeys(column.name for column in sheet.columns)
        derived = [how(row) if row else None for _name, how in sheet.derived]
        yield record.line, faults or None, *values.values(), *derived


def read(source: Source, most: int) -> Iterator[tuple[Record, Row, list[str]]]:
    """Each row as it stands, with what its cells hold, and what is wrong with it as column:code.

    A row, or header, that cannot be read at all holds nothing.
    """
    found = records(source.file)
    header = next(found, Record(1, []))
    source.header = tuple(header.cells)
    places, faults = _places(source.sheet, header)
    if faults:
        source.read += 1
        yield header, {}, faults
        return
    for record in found:
        source.read += 1
        if source.read > most:
            said = {"file": source.sheet.file, "most": most}
            raise FeedError(_("%(file)s has more than %(most)d rows.") % said)
        yield record, *_cells(source.sheet, places, len(source.header), record)


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


def _cells(
    sheet: Sheet, places: list[tuple[Column, int]], width: int, record: Record
) -> tuple[Row, list[str]]:
    if record.fault or len(record.cells) != width:
        return {}, [f":{record.fault or 'wrong_columns'}"]
    row: Row = {}
    faults = []
    for column, place in places:
        try:
            row[column.name] = _value(column, record.cells[place]) if place >= 0 else None
        except Spoilt as spoilt:
            row[column.name] = None
            faults.append(f"{column.name}:{spoilt.code}")
    return row, [*faults, *sheet.faults(row)]


def _value(column: Column, cell: str) -> Value:
    if cell:
        return column.shape(cell)
    if column.blank is NEEDED:
        raise Spoilt("missing")
    return column.blank  # type: ignore[return-value]  # a sentinel apart, it is what is staged


def clear() -> None:
    """Drop what was staged; a transaction that goes on has no use for it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in _TABLES)}")
