"""A feed that is written together with the exact account of what an import has to say of it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

Codes = frozenset[str]
CLEAN: Codes = frozenset()


@dataclass
class FileAccount:
    """Every row that was written, and each one that must be refused with all of its codes.

    The key is the physical line on which the row starts, the header being line 1. A line break
    inside quotes counts as a line, so a row may span several; with Python's `csv.reader` that is
    `line_num` after the row before it, plus one, where the lines without any cell in between
    (blank ones, which are no rows and are not read) have been passed over.
    """

    name: str
    read: int = 0
    refused: dict[int, Codes] = field(default_factory=dict)

    @property
    def good(self) -> int:
        return self.read - len(self.refused)


class Sheet:
    """One CSV file under way. `newline` ends a record; `bom` puts a byte order mark first."""

    def __init__(
        self, path: Path, columns: Sequence[str], *, bom: bool = False, newline: str = "\n"
    ) -> None:
        self.account = FileAccount(path.name)
        self._stream = path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="")
        self._newline = newline
        self._writer = csv.writer(self, lineterminator=newline)
        self._line = 1
        self._later: list[tuple[int, list[str], Codes]] = []
        self._writer.writerow(columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for _due, cells, codes in self._later:
            self._put(cells, codes)
        self._stream.close()

    def write(self, text: str) -> None:
        """What the csv module calls with each finished record."""
        self._stream.write(text)
        self._line += text.count("\n")

    def row(self, cells: Sequence[str], codes: Codes = CLEAN) -> None:
        if self._later and self._later[0][0] <= self.account.read:
            _due, late_cells, late_codes = self._later.pop(0)
            self._put(late_cells, late_codes)
        self._put(cells, codes)

    def later(self, cells: list[str], codes: Codes, rows: int = 40) -> None:
        """The same as `row`, about so many rows further down."""
        self._later.append((self.account.read + rows, cells, codes))

    def blank(self) -> None:
        """A line with nothing on it, which is no row."""
        self.write(self._newline)

    def _put(self, cells: Sequence[str], codes: Codes) -> None:
        self.account.read += 1
        if codes:
            self.account.refused[self._line] = codes
        self._writer.writerow(cells)
