"""Importing a vendor's book: a directory of files, all of it or nothing.

An agreement first seen is loaded with its partners of record. What is known is brought up to
date, but for its account, its purchasing model and its partners of record, which a feed never
overwrites. A row that is missing ends nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from ofrecord.feeds import judging, refused, sources, staging, writing
from ofrecord.feeds.refusals import Refusal
from ofrecord.feeds.sources import FeedError, Source
from ofrecord.feeds.staging import Progress
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

__all__ = ["FeedError", "FileReport", "Report", "import_book"]

_ONE_AT_A_TIME = 0x0F_5EC0_8E
_MANY = 1_000


@dataclass(frozen=True)
class FileReport:
    """What became of the rows of one file; `read` is the sum of the other four.

    `ignored` are the columns of the file that mean nothing here.
    """

    name: str
    read: int
    new: int
    changed: int
    unchanged: int
    refused: int
    ignored: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        counts = ("read", "new", "changed", "unchanged", "refused")
        return {"name": self.name, **{name: getattr(self, name) for name in counts}}


@dataclass(frozen=True)
class Report:
    """What an import did, or with a dry run would do.

    `refusals` are the first thousand defects, in the order of files and lines; all of them are
    in the files of the directory for refused rows, where one was given.
    """

    files: tuple[FileReport, ...]
    applied: bool
    refusals: tuple[Refusal, ...] = ()

    @property
    def refused(self) -> int:
        return sum(file.refused for file in self.files)

    @property
    def written(self) -> int:
        return sum(file.new + file.changed for file in self.files)

    def as_json(self) -> dict[str, Any]:
        return {"files": [file.as_json() for file in self.files], "applied": self.applied}


def import_book(
    directory: Path,
    *,
    by: Actor,
    dry_run: bool = False,
    accept_good: bool = False,
    refused_directory: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Import the files of `directory`.

    Nothing is applied when a row is refused, unless `accept_good`; then rows that rest on
    refused ones are refused too. Raises FeedError where the files cannot be imported at all.
    """
    tell = progress or _silently
    with _opened(directory) as found, seeing(by):
        _take_turns()
        staging.prepare()
        for source in found:
            staging.stage(source, tell)
        counts = judging.judge(tell)
        files = tuple(_report(source, counts.get(source.sheet.name, {})) for source in found)
        refusals = refused.tell(found, refused_directory)
        report = Report(files, False, refusals)
        if dry_run or (report.refused and not accept_good):
            transaction.set_rollback(True)
            return report
        if report.written:
            writing.write(by.by, tell)
        staging.clear()
    if report.written > _MANY:
        _refresh_statistics()
    return Report(files, True, refusals)


@contextmanager
def _opened(directory: Path) -> Iterator[list[Source]]:
    found = sources.find(directory)
    try:
        yield found
    finally:
        sources.close(found)


def _take_turns() -> None:
    """One import at a time, however long it takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', '0', true),"
            " set_config('idle_in_transaction_session_timeout', '0', true),"
            " set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
        )
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _report(source: Source, outcomes: dict[str, int]) -> FileReport:
    counts = {name: outcomes.get(name, 0) for name in ("new", "changed", "unchanged", "refused")}
    return FileReport(source.sheet.file, source.read, **counts, ignored=source.ignored)


def _refresh_statistics() -> None:
    """The planner learns of the book at once, so that the lists of the portal are quick."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_statistics()")


def _silently(what: str, done: int, total: int) -> None:  # noqa: ARG001 - the shape of Progress
    return
