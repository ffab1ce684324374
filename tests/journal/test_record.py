"""The journal: streams without gaps, chained by hashes, kept as the bytes that are sent."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ofrecord.journal.models import Event
from ofrecord.journal.record import GENESIS, By, Fact, frozen, open_ledger, record
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

SUBJECT = 77


def fact(type: str = "thing.seen", subject_id: int = SUBJECT, **data: Any) -> Fact:
    return Fact(subject_id, type, f"thing {subject_id}", data)


def stream(subject_id: int = SUBJECT) -> list[Event]:
    with seeing(Actor.system()):
        found = Event.objects.filter(stream="thing", subject_id=subject_id)
        return list(found.order_by("sequence"))


def test_facts_are_counted_and_chained(db: None) -> None:
    with seeing(Actor.system()):
        record("thing", [fact(n=1), fact(n=2)], By())
        record("thing", [fact(n=3)], By())
    previous = GENESIS
    for sequence, event in enumerate(stream(), 1):
        body = bytes(event.body)
        assert event.sequence == sequence == json.loads(body)["data"]["n"]
        assert bytes(event.previous_hash) == previous
        assert bytes(event.hash) == hashlib.sha256(previous + body).digest()
        previous = bytes(event.hash)
    assert len(stream()) == 3


def test_each_subject_has_its_own_stream(db: None) -> None:
    with seeing(Actor.system()):
        record("thing", [fact(subject_id=1), fact(subject_id=2), fact(subject_id=1)], By())
    assert [event.sequence for event in stream(1)] == [1, 2]
    assert [event.sequence for event in stream(2)] == [1]


def test_recorded_times_never_fall_back(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with seeing(Actor.system()):
        ledger = open_ledger("thing", [SUBJECT])
        ahead = ledger.at = ledger.at + timedelta(hours=1)
        ledger.record([fact()], By())
        behind = open_ledger("thing", [SUBJECT])
    assert behind.at == ahead + timedelta(microseconds=1)
    assert behind.sequence(SUBJECT) == 1


def test_the_body_is_kept_to_the_byte(db: None) -> None:
    by = By(5, 6, "portal", "mfa", "r-1")
    given = fact(name="Grüße, \u2028 and 漢字", zebra=1, apple=2)
    with seeing(Actor.system()):
        ledger = open_ledger("thing", [SUBJECT])
        ledger.record([given], by)
    (event,) = stream()
    assert bytes(event.body) == frozen(given, 1, event.recorded_at, by)
    told = json.loads(bytes(event.body))
    assert list(told["data"]) == ["name", "zebra", "apple", "by"]
    assert told["data"]["by"] == {
        "person": 5,
        "on_behalf_of": 6,
        "door": "portal",
        "strength": "mfa",
        "request": "r-1",
    }
    assert event.actor_id == 5


@given(
    st.dictionaries(
        st.text(max_size=5).filter(lambda key: key != "by"),
        st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5),
    )
)
def test_any_data_comes_back_as_it_was(data: dict[str, Any]) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    try:
        body = frozen(Fact(1, "thing.seen", "x", data), 1, at, By())
    except UnicodeEncodeError:
        assert "\\ud" in json.dumps(data)
        return
    told = json.loads(body)["data"]
    assert {key: value for key, value in told.items() if key != "by"} == data


def test_nothing_to_record_records_nothing(db: None) -> None:
    with seeing(Actor.system()):
        record("thing", [], By())
    assert stream() == []


REWRITING = (
    "UPDATE event SET type = 'other'",
    "UPDATE event SET type = type WHERE false",
    "DELETE FROM event",
    "TRUNCATE event CASCADE",
)


@pytest.mark.parametrize("statement", REWRITING)
def test_nobody_rewrites_events(fresh_database: Any, statement: str) -> None:
    import psycopg

    with seeing(Actor.system()):
        record("thing", [fact()], By())
    with pytest.raises(Exception, match="permission denied"), seeing(Actor.system()):
        connection.cursor().execute(statement)
    for url in (fresh_database.owner_url, fresh_database.admin_url):
        with (
            pytest.raises(psycopg.errors.RestrictViolation, match="its rows are history"),
            psycopg.connect(url) as direct,
        ):
            direct.execute(statement)
    assert [event.type for event in stream()] == ["thing.seen"]


def test_a_sequence_cannot_be_taken_twice(db: None) -> None:
    with seeing(Actor.system()):
        one, other = open_ledger("thing", [SUBJECT]), open_ledger("thing", [SUBJECT])
        one.record([fact()], By())
        with pytest.raises(Exception, match="event_stream_gapless"), transaction.atomic():
            other.record([fact()], By())
