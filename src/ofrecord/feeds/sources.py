"""The files of a directory: opened once, and the same from the first row to the last."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from ofrecord.feeds.sheets import SHEETS, Sheet

ADDED = ("line", "column", "code", "reason")
"""What files of refused rows have besides; it is passed over when they are sent again."""


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
    sources = [open_one(sheet, path) for sheet, path in found if path.exists()]
    if not sources:
        names = ", ".join(sheet.file for sheet in SHEETS)
        raise FeedError(
            _("%(directory)s holds none of the files %(names)s.")
            % {"directory": directory, "names": names}
        )
    return sources


def open_one(sheet: Sheet, path: Path) -> Source:
    """One file, opened; FeedError where it cannot be read or is no ordinary file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise FeedError(
            _("%(file)s cannot be read: %(why)s.") % {"file": sheet.file, "why": error.strerror}
        ) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FeedError(_("%(file)s is not an ordinary file.") % {"file": sheet.file})
    file = os.fdopen(descriptor, "rb")
    return Source(sheet, file, _signature(file))


def _signature(file: BinaryIO) -> tuple[int, ...]:
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns, state.st_ino


def close(sources: list[Source]) -> None:
    for source in sources:
        with suppress(OSError):
            source.file.close()
