"""What is stated is final: with real transactions that are open in other connections."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
import pytest

from ofrecord.changes import statement
from ofrecord.changes.issue import Document
from ofrecord.journal import clock, settled
from ofrecord.parties.actors import Actor
from tests.cast import Cast
from tests.databases import Copy

WRITE = "SELECT FROM account WHERE false FOR UPDATE; SELECT pg_current_xact_id()"


@contextmanager
def writing(url: str, what: str = WRITE) -> Iterator[psycopg.Connection]:
    """Somebody whose transaction has written, and is open."""
    with psycopg.connect(url) as other:
        other.execute("SELECT set_config('ofrecord.scope', 'system', true)")
        other.execute(what)
        yield other
        other.rollback()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what the test keeps open on purpose."""
    settle = settled.settle
    monkeypatch.setattr(settled, "settle", lambda instant: settle(instant, patience=0.3))


def stated(ref: str, known_at: datetime | None = None) -> Document:
    at = clock.business_now()
    return statement.statement([ref], effective_at=at, known_at=known_at, by=Actor.system("cli"))


def names(document: Document) -> list[str]:
    (one,) = document.content["agreements"]
    return [each["name"] for each in one["partners_of_record"]]


def test_with_nobody_at_work_an_answer_is_final(fresh_cast: Cast) -> None:
    document = stated(fresh_cast.contract())
    assert document.final
    assert document.content["final"] is True


def test_while_somebody_is_writing_an_answer_about_now_is_not_final_and_not_signed(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    ref = fresh_cast.contract()
    with writing(fresh_database.url):
        document = stated(ref)
    assert document.signed is None
    assert document.content["final"] is False
    assert names(document) == ["Larkspur Systems"]
    assert stated(ref).final


def test_what_was_known_before_they_began_is_final_meanwhile(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    ref = fresh_cast.contract()
    before = settled.recorded_now()
    with writing(fresh_database.url):
        assert stated(ref, before).final
        assert not stated(ref, settled.recorded_now()).final


def test_a_writer_of_another_role_is_seen_too(fresh_cast: Cast, fresh_database: Copy) -> None:
    ref = fresh_cast.contract()
    before = settled.recorded_now()
    with writing(fresh_database.owner_url):
        assert not stated(ref).final
        assert not stated(ref, before).final, "when it began is not told to others"


def test_somebody_who_only_reads_holds_nothing_up(fresh_cast: Cast, fresh_database: Copy) -> None:
    ref = fresh_cast.contract()
    with writing(fresh_database.url, "SELECT count(*) FROM event"):
        assert stated(ref).final


def test_a_statement_waits_for_those_who_are_nearly_done(
    fresh_cast: Cast, fresh_database: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    ref = fresh_cast.contract()
    with writing(fresh_database.url) as other:
        ends = threading.Timer(0.2, other.rollback)
        ends.start()
        assert stated(ref).final
        ends.join()


def test_what_commits_later_than_it_was_recorded_is_never_missing_from_a_signed_answer(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    """A tenure recorded before the question and committed after the answer."""
    ref = fresh_cast.contract()
    with psycopg.connect(fresh_database.admin_url) as other:
        other.execute("SET session_replication_role = replica")
        other.execute(SLOWLY_SUPERSEDED, [ref])
        asked_for = settled.recorded_now()
        early = stated(ref, asked_for)
        other.commit()
    late = stated(ref, asked_for)
    assert (early.final, names(early)) == (False, ["Larkspur Systems"])
    assert (late.final, names(late)) == (True, [])


SLOWLY_SUPERSEDED = """
UPDATE tenure SET superseded_at = clock_timestamp(), superseded_by_id = opened_by_id
 WHERE agreement_id = (SELECT id FROM agreement WHERE reference = %s)
"""


def test_what_is_signed_stays_true(fresh_cast: Cast) -> None:
    """The same question later has the same answer, whatever was changed meanwhile."""
    ref = fresh_cast.contract()
    first = stated(ref)
    fresh_cast.change(ref)
    again = stated(ref, first.content["known_at"])
    assert names(stated(ref)) == ["Gorse Digital"]
    assert without_issue(again) | {"effective_at": 0} == without_issue(first) | {"effective_at": 0}


def without_issue(document: Document) -> dict[str, object]:
    issued = ("issued_at", "anchor", "issuer", "time_zone")
    return {name: said for name, said in document.content.items() if name not in issued}
