"""Telling what was refused: the first defects to show, and files to correct and send again.

A file of refused rows has the columns and cells of the file it came from, so that it can be
imported once it is corrected, and at the end of each row its line, the columns at fault, the
codes and the reasons. Only cells that a spreadsheet would run as a formula are changed, by an
apostrophe in front.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import TextIO

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.feeds.lists import shown
from ofrecord.feeds.reading import Record, records
from ofrecord.feeds.refusals import Refusal, sentence
from ofrecord.feeds.sources import ADDED, FeedError, Source

MOST_SHOWN = 1_000
Told = tuple[Record, list[Refusal]]


@dataclass(frozen=True)
class Defect:
    line: int
    column: str
    code: str
    detail: str


def tell(sources: list[Source], directory: Path | None) -> tuple[Refusal, ...]:
    """The first refusals; and with a directory, a file of refused rows for each that has any."""
    first: list[Refusal] = []
    if directory is not None:
        _insist_ours(sources, directory)
    for source in sources:
        told = _refused(source)
        head = next(told, None)
        if head is None:
            _remove(directory, source)
            continue
        for refusals in _kept(chain([head], told), source, directory):
            first += refusals[: MOST_SHOWN - len(first)]
            if directory is None and len(first) >= MOST_SHOWN:
                return tuple(first)
        source.insist_unchanged()
    return tuple(first)


def _refused(source: Source) -> Iterator[Told]:
    """Each refused row as it stands in the file, with what is wrong with it."""
    defects = groupby(_defects(source), key=lambda defect: defect.line)
    line, found = next(defects, (0, iter(())))
    if not line:
        return
    source.file.seek(0)
    for record in records(source.file):
        if record.line == line:
            yield record, [_refusal(source, record, defect) for defect in found]
            line, found = next(defects, (0, iter(())))
        if not line:
            return


def _defects(source: Source) -> Iterator[Defect]:
    """In the order of lines, a portion at a time, however many there are."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT line, name, code, coalesce(detail, '') FROM defect"
            " WHERE sheet = %s ORDER BY line, name, code",
            [source.sheet.name],
        )
        for row in cursor:
            yield Defect(*row)


def _refusal(source: Source, record: Record, defect: Defect) -> Refusal:
    cells = dict(zip(source.header, record.cells, strict=False))
    cell = cells.get(defect.column, "")
    reason = sentence(defect.code, cell, defect.detail)
    return Refusal(source.sheet.file, defect.line, defect.column, defect.code, reason)


def _kept(told: Iterator[Told], source: Source, directory: Path | None) -> Iterator[list[Refusal]]:
    """The refusals of each row, written to its file on the way; a file appears when it is whole."""
    if directory is None:
        yield from (refusals for _record, refusals in told)
        return
    directory.mkdir(parents=True, exist_ok=True)
    draft = directory / f".{source.sheet.file}.part"
    with draft.open("w", encoding="utf-8", newline="") as target:
        yield from _copied(told, source.header, target)
    draft.rename(directory / source.sheet.file)


def _copied(
    told: Iterator[Told], header: tuple[str, ...], target: TextIO
) -> Iterator[list[Refusal]]:
    writer = csv.writer(target)
    kept = [place for place, name in enumerate(header) if name not in ADDED]
    writer.writerow([shown(header[place]) for place in kept] + list(ADDED))
    for record, refusals in told:
        cells = [*record.cells, *[""] * len(header)]
        writer.writerow([shown(cells[place]) for place in kept] + _reasons(record.line, refusals))
        yield refusals


def _reasons(line: int, refusals: list[Refusal]) -> list[str]:
    reasons = [f"{each.column}: {each.reason}".removeprefix(": ") for each in refusals]
    return [
        str(line),
        ";".join(each.column for each in refusals),
        ";".join(each.code for each in refusals),
        " ".join(reasons),
    ]


def _insist_ours(sources: list[Source], directory: Path) -> None:
    """Files of refused rows take the place of earlier ones, and of nothing else."""
    for path in (directory / source.sheet.file for source in sources):
        if path.exists() and not _is_ours(path):
            raise FeedError(
                _("%(path)s is there already and holds no refused rows.") % {"path": path}
            )


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        header = next(records(file), Record(1, []))
    return tuple(header.cells[-len(ADDED) :]) == ADDED


def _remove(directory: Path | None, source: Source) -> None:
    """What an earlier import left there would otherwise look like this one's."""
    if directory is not None:
        (directory / source.sheet.file).unlink(missing_ok=True)
