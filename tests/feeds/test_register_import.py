"""The dirty register is imported with an exact account of every row."""

from pathlib import Path

import psutil
import pytest

from ofrecord.cli.verify import verify
from ofrecord.feeds.load import Report, import_book
from tests.databases import Copy
from tests.feeds.book import BY, query, read_refused
from tests.feeds.register import write_register
from tests.feeds.world import Register


def refused_as_planted(register: Register, refused: Path) -> None:
    for file in register.files.values():
        name = file.name.removesuffix(".csv")
        told = {
            int(row["line"]): frozenset(row["code"].split(";"))
            for row in read_refused(refused, name)
        }
        assert told == file.refused


def counted(report: Report, outcome: str) -> dict[str, int]:
    return {file.name: getattr(file, outcome) for file in report.files}


def test_every_row_of_a_dirty_register_is_accounted_for(
    fresh_database: Copy, tmp_path: Path
) -> None:
    register = write_register(tmp_path / "register", 3_000)
    refused = tmp_path / "refused"
    good = {file.name: file.good for file in register.files.values()}

    whole = import_book(tmp_path / "register", by=BY, refused_directory=refused)
    assert not whole.applied
    assert query("SELECT count(*) FROM agreement") == [(0,)]
    refused_as_planted(register, refused)

    first = import_book(tmp_path / "register", by=BY, accept_good=True, refused_directory=refused)
    assert first.applied
    assert counted(first, "new") == good
    assert counted(first, "read") == {file.name: file.read for file in register.files.values()}
    refused_as_planted(register, refused)
    assert [each for each in verify() if each.violations] == []

    again = import_book(tmp_path / "register", by=BY, accept_good=True, refused_directory=refused)
    assert counted(again, "unchanged") == good
    assert again.written == 0
    for file in register.files.values():
        lines = {int(row["line"]) for row in read_refused(refused, file.name[: -len(".csv")])}
        assert lines == set(file.refused)


@pytest.mark.slow
def test_a_large_register_is_imported_with_flat_memory(
    fresh_database: Copy, tmp_path: Path
) -> None:
    register = write_register(tmp_path / "register", 150_000)
    before = psutil.Process().memory_info().rss
    most = before

    def watch(_what: str, _done: int, _total: int) -> None:
        nonlocal most
        most = max(most, psutil.Process().memory_info().rss)

    report = import_book(
        tmp_path / "register",
        by=BY,
        accept_good=True,
        refused_directory=tmp_path / "refused",
        progress=watch,
    )
    assert report.applied
    assert most - before < 40_000_000
    refused_as_planted(register, tmp_path / "refused")
