"""The feed loses no event and keeps the order of each agreement, however late a commit is."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ofrecord.api import feed
from ofrecord.api.pages import Row, rows
from ofrecord.changes.corrections.decline import decline
from ofrecord.changes.corrections.propose import propose
from ofrecord.journal import clock
from ofrecord.journal.record import By, Fact, record
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.api.systems import System, Systems, said
from tests.cast import Cast, bodies
from tests.databases import Copy


class Reader:
    """A system that polls, and keeps its place."""

    def __init__(self, system: System, limit: int = 100, types: str = "type=*") -> None:
        self.system = system
        self.query = f"/events?{types}&limit={limit}"
        self.cursor = ""

    def poll(self) -> list[dict[str, Any]]:
        going_on = f"&cursor={self.cursor}" if self.cursor else ""
        answer = self.system.get(self.query + going_on)
        assert answer.status_code == 200, answer.content
        self.cursor = said(answer)["next_cursor"]
        self.more = said(answer)["more"]
        found: list[dict[str, Any]] = said(answer)["events"]
        return found

    def drain(self) -> list[dict[str, Any]]:
        found = self.poll()
        while self.more:
            found += self.poll()
        return found


@contextmanager
def held_open(database: Copy, account: int, subject: str) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that has recorded an event and does not end."""
    with psycopg.connect(database.url) as slow:
        slow.execute("SELECT set_config('ofrecord.scope', 'system', true)")
        body = json.dumps({"type": "partner_change.late", "subject": subject, "sequence": 1})
        slow.execute(
            "INSERT INTO event (id, stream, subject_id, sequence, type, recorded_at, account_id,"
            " about, body, previous_hash, hash) VALUES (gen_random_uuid(), 'agreement', %s, 1,"
            " 'partner_change.late', now(), %s, '', %s, '', '')",
            [int(subject), account, body.encode()],
        )
        yield slow


def subjects(events: list[dict[str, Any]]) -> list[str]:
    return [each["subject"] for each in events]


def test_an_event_that_commits_late_is_read_once_and_nothing_waits_for_it(
    fresh_database: Copy, fresh_cast: Cast, fresh_systems: Systems
) -> None:
    reader = Reader(fresh_systems.vendor, types="type=partner_change.*")
    first, second = fresh_cast.contract(), fresh_cast.contract()
    reader.drain()
    with held_open(fresh_database, fresh_cast.alder.pk, "901") as slow:
        fresh_cast.change(first)
        assert set(subjects(reader.drain())) == {first}
        fresh_cast.change(second)
        assert set(subjects(reader.drain())) == {second}
        assert reader.drain() == []
        slow.commit()
    assert subjects(reader.drain()) == ["901"]
    assert reader.drain() == []


def test_an_event_that_commits_between_two_pages_comes_after_them(
    fresh_database: Copy, fresh_cast: Cast, fresh_systems: Systems
) -> None:
    reader = Reader(fresh_systems.alder, limit=2, types="type=partner_change.*")
    with held_open(fresh_database, fresh_cast.alder.pk, "902") as slow:
        moved = [fresh_cast.contract() for _ in range(3)]
        for reference in moved:
            fresh_cast.change(reference)
        found = reader.poll()
        slow.commit()
        fresh_cast.change(moved[0], partner=fresh_cast.dune.account_number)
    found += reader.drain()
    assert len(found) == len({json.dumps(each) for each in found}) == 9
    assert subjects(found).count("902") == 1
    assert in_order(found)


def in_order(events: list[dict[str, Any]]) -> bool:
    """Whether the events of each subject come in the order of their sequence."""
    last: dict[str, int] = {}
    for each in events:
        if each["sequence"] <= last.get(each["subject"], 0):
            return False
        last[each["subject"]] = each["sequence"]
    return True


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_of_any_size_give_every_event_once(
    fresh_cast: Cast, fresh_systems: Systems, limit: int
) -> None:
    references = [fresh_cast.contract() for _ in range(4)]
    for reference in references:
        fresh_cast.change(reference)
    wanted = [each for reference in references for each in bodies(reference)]
    reader = Reader(fresh_systems.alder, limit, types="type=agreement.*&type=partner_change.*")
    found = reader.drain()
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, wanted))
    assert in_order(found)
    assert reader.drain() == []


def test_an_answer_that_was_lost_is_given_again(fresh_cast: Cast, fresh_systems: Systems) -> None:
    reader = Reader(fresh_systems.alder)
    reader.drain()
    fresh_cast.change(fresh_cast.contract())
    place = reader.cursor
    first = reader.drain()
    reader.cursor = place
    assert reader.drain() == first != []


def test_eight_writers_at_once_and_a_reader_lose_nothing(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    reader = Reader(fresh_systems.vendor, limit=7, types="type=person.*")
    reader.drain()
    people = list(fresh_cast.people.values())[:8]

    def write(subject: int) -> None:
        from django.db import connection

        for number in range(20):
            with seeing(Actor.system()):
                fact = Fact(subject, "person.written", str(subject), {"number": number})
                record("person", [fact], By())
        connection.close()

    writers = [threading.Thread(target=write, args=[person.pk]) for person in people]
    for writer in writers:
        writer.start()
    found: list[dict[str, Any]] = []
    while any(writer.is_alive() for writer in writers):
        found += reader.poll()
    found += reader.drain() + reader.drain()
    written = [each for each in found if each["type"] == "person.written"]
    assert len(written) == len({each["id"] for each in written}) == 8 * 20
    assert in_order(written)


def test_each_sees_what_is_its_own(fresh_cast: Cast, fresh_systems: Systems) -> None:
    ours, theirs = fresh_cast.contract(), fresh_cast.contract(account=fresh_cast.birch)
    fresh_cast.change(ours)
    fresh_cast.change(theirs, by="bo")
    assert set(subjects(Reader(fresh_systems.alder).drain())) == {
        ours,
        fresh_systems.alder.client.client_id,
    }
    assert theirs in subjects(Reader(fresh_systems.vendor).drain())
    assert subjects(Reader(fresh_systems.gorse).drain()) == [fresh_systems.gorse.client.client_id]


def test_what_the_vendor_weighs_is_told_to_the_vendor_alone(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    reference = fresh_cast.contract()
    opal = fresh_cast.actor("opal", door="console")
    proposed = propose(
        reference,
        partner="7200000002",
        effective_on=clock.today() - timedelta(days=9),
        by=opal,
        reason="An erroneous import.",
    )
    decline(proposed.pk, by=opal, reason="It was right.")
    number = fresh_cast.change(reference)
    weighed = ["correction.proposed", "correction.declined"]
    applied = ["partner_change.applied", "partner_change.completed"]
    for system, expected in (
        (fresh_systems.alder, applied),
        (fresh_systems.vendor, weighed + applied),
    ):
        fed = [each for each in Reader(system).drain() if each["subject"] == reference]
        listed = said(system.get(f"/agreements/{reference}/events"))["events"]
        for events in (fed, listed):
            assert [each["type"] for each in events if each["sequence"] > 1] == expected
        assert said(system.get(f"/partner-changes/{number}"))["state"] == "complete"


def test_an_idle_reader_does_not_walk_along_the_book(
    fresh_cast: Cast, fresh_systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    with seeing(Actor.system()):
        for page in range(20):
            facts = [Fact(page * 200 + each, "person.written", "17", {}) for each in range(200)]
            record("person", facts, By())
    vendor = fresh_cast.actor("opal", door="api")
    asked: list[tuple[str, Any]] = []

    def noting(sql: str, given: Any) -> list[Row]:
        asked.append((sql, given))
        return rows(sql, given)

    for system, by in ((fresh_systems.vendor, vendor), (fresh_systems.alder, _alders(fresh_cast))):
        reader = Reader(system, limit=200)
        _drained_of_all(reader)
        monkeypatch.setattr(feed, "rows", noting)
        assert reader.poll() == []
        monkeypatch.undo()
        with seeing(by):
            assert _walked(*asked[-1]) == 0


def _drained_of_all(reader: Reader) -> None:
    """Read on until no transaction is open that began before the last event; of any test."""
    with seeing(Actor.system()):
        (last,) = rows("SELECT max(mark) AS mark FROM event", {})
    for _each in range(300):
        reader.drain()
        if int(feed.Place.parsed(reader.cursor).seen.split(":")[0]) > last["mark"]:
            return
        time.sleep(0.1)


def _alders(cast: Cast) -> Actor:
    return Actor(None, "api", accounts=(cast.alder.pk,))


def _walked(sql: str, given: Any) -> int:
    """How many events a query looked at along their positions."""
    (plan,) = rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", given)
    nodes, found = [plan["QUERY PLAN"][0]["Plan"]], 0
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", ())
        if node.get("Index Name", "").startswith("event_position"):
            found += int(node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
    return found


def test_a_place_among_many_open_transactions_is_a_place_too(systems: Systems) -> None:
    place = feed.Place.parsed(said(systems.vendor.get("/events?limit=1"))["next_cursor"])
    running = ",".join(str(4_000_000_000 + each) for each in range(0, 2_000, 2))
    snapshot = f"4000000000:4000002000:{running}"
    cursor = str(replace(place, position=0, seen=snapshot, target=snapshot))
    assert systems.vendor.get(f"/events?cursor={cursor}").status_code == 200


def test_after_a_restore_a_reader_that_knows_more_misses_nothing(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    reader = Reader(fresh_systems.alder, types="type=partner_change.*")
    reader.drain()
    _version, _life, read_at, *_rest = reader.cursor.split("/")
    reader.cursor = f"1/9-9/{read_at}/0/0/9000000000:9000000000:/"
    reference = fresh_cast.contract()
    fresh_cast.change(reference)
    assert set(subjects(reader.drain())) == {reference}
    assert reader.drain() == []
    old = f"1/9-9/{int(read_at) + 5 * 86_400}/0/0/9000000000:9000000000:/"
    reader.cursor = old
    assert reader.drain() == []


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "1/0/3:3:/", "2/1-1/0/0/0/3:3:/"),
        *(f"1/1-1/0/0/0/{each}/" for each in ("3:2:", "5:9:9", "5:9:7,6", "0:9:", "5:9:,")),
    ],
)
def test_a_place_that_there_is_not_is_not_found(systems: Systems, cursor: str) -> None:
    answer = systems.vendor.get(f"/events?cursor={cursor}")
    assert (answer.status_code, said(answer)["code"]) == (404, "cursor_unknown")
