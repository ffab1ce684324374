"""Rows of a CSV file that may be anything: damaged, endless, or made to do harm.

Read line by line, so that memory stays flat whatever the file is. What is wrong with a row
comes with it, and the rows after it are read.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_LINE = 1 << 20
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(slots=True)
class Record:
    """A row: the physical line on which it starts, its cells, and what is wrong with all of it."""

    line: int
    cells: list[str]
    fault: str = ""


class _Lines:
    """Decoded physical lines; `fault` is what was wrong since it was last cleared."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.number = 0
        self.fault = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._source.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            return self._skipped(line)
        try:
            text = line.decode()
        except UnicodeDecodeError:
            self.fault = "not_utf8"
            text = line.decode(errors="replace")
        return text if self.number > 1 else text.removeprefix(BOM)

    def _skipped(self, line: bytes) -> str:
        self.fault = "too_long"
        while line and not line.endswith(b"\n"):
            line = self._source.readline(LONGEST_LINE)
        return '"too long"\n'


def records(source: BinaryIO) -> Iterator[Record]:
    """The rows, header included. A line with nothing on it is no row."""
    lines = _Lines(source)
    reader = csv.reader(lines, strict=True)
    while True:
        start, lines.fault = lines.number + 1, ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Record(start, [], lines.fault or "malformed_row")
            continue
        if cells:
            yield Record(start, cells, lines.fault)
