"""Imports that meet one another, or meet their end halfway."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

from django.db import connection

from ofrecord.agreements.models import Agreement
from ofrecord.agreements.versions import raise_to
from ofrecord.cli.verify import verify
from ofrecord.feeds.load import Report, import_book
from ofrecord.journal.record import By, Fact, open_ledger
from ofrecord.parties.context import seeing
from tests.databases import Copy
from tests.feeds.book import BY, counts, query, rows, write

HALFWAY = """
import sys, time
from pathlib import Path
import django
django.setup()
from ofrecord.feeds.load import import_book
from ofrecord.parties.actors import Actor

def stop(what, done, total):
    if (what, done) == ("writing", total):
        print("halfway", flush=True)
        time.sleep(600)

import_book(Path(sys.argv[1]), by=Actor.system("cli"), progress=stop)
"""


def test_an_import_that_is_killed_leaves_nothing(fresh_database: Copy, tmp_path: Path) -> None:
    write(tmp_path, rows())
    words = [sys.executable, "-c", HALFWAY, str(tmp_path)]
    with subprocess.Popen(
        words, env=fresh_database.env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "halfway\n"
        process.kill()
    assert query("SELECT count(*) FROM account") == [(0,)]
    assert query("SELECT count(*) FROM event") == [(0,)]
    assert import_book(tmp_path, by=BY).applied
    assert query("SELECT count(*) FROM tenure") == [(4,)]
    assert [each for each in verify() if each.violations] == []


def test_imports_at_the_same_time_wait_for_each_other(fresh_database: Copy, tmp_path: Path) -> None:
    write(tmp_path, rows())
    together = Barrier(4)

    def one(_number: int) -> Report:
        together.wait()
        try:
            return import_book(tmp_path, by=BY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(one, range(4)))
    assert all(report.applied for report in reports)
    assert sorted(counts(report)["agreements"] for report in reports) == [
        *[(0, 0, 4, 0)] * 3,
        (4, 0, 0, 0),
    ]
    assert [each for each in verify() if each.violations] == []


def test_an_agreement_that_somebody_holds_is_waited_for(
    fresh_database: Copy, tmp_path: Path
) -> None:
    """Its version and its journal then go on from what the other has left."""
    write(tmp_path, rows())
    import_book(tmp_path, by=BY)
    book = rows()
    book["agreements"][0]["end_date"] = "2028-01-31"
    write(tmp_path, book)
    writing = Event()

    def again() -> Report:
        try:
            return import_book(
                tmp_path,
                by=BY,
                progress=lambda what, *_: writing.set() if what == "writing" else None,
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with seeing(BY):
            held = Agreement.objects.select_for_update().get(reference="200000000001")
            other = pool.submit(again)
            assert writing.wait(10)
            ledger = open_ledger("agreement", [held.pk])
            fact = Fact(held.pk, "agreement.seen", held.reference, {}, account_id=held.account_id)
            ledger.record([fact], By())
            raise_to(ledger, [held.pk], moved=False)
        assert other.result(10).applied
    assert query(
        "SELECT version, ends_on::text FROM agreement WHERE reference = '200000000001'"
    ) == [(3, "2028-01-31")]
    assert [each for each in verify() if each.violations] == []
