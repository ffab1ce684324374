"""Changes are completed from what was settled lately, and no removal leaves one waiting."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import psycopg
import pytest
from django.db import connection, connections

from ofrecord.changes.complete import _LATELY, complete
from ofrecord.changes.models import PartnerChange
from ofrecord.delivery import claims
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery
from ofrecord.delivery.remove import remove
from ofrecord.delivery.sending import Outcome
from ofrecord.delivery.waive import waive
from ofrecord.journal.models import Event
from ofrecord.journal.record import By, Fact, record
from ofrecord.parties.actors import Actor
from tests.cast import Cast
from tests.databases import Copy
from tests.delivery.running import states, until

TERMINAL = Actor.system("cli")
SYSTEM = Actor.system()


def subscribe(name: str = "CRM") -> None:
    add_endpoint("http://127.0.0.1:9/", name, required=True, by=TERMINAL)


def acknowledge() -> None:
    at = datetime.now(UTC)
    claims.mark([Outcome(e, True, at, 7, 200, "", "", None) for e in claims.turn([], {})])


def state(number: str) -> str:
    with as_system():
        return PartnerChange.objects.get(number=number).state


def lately() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


@pytest.mark.django_db
def test_a_change_is_completed_when_the_last_required_system_has_lately_acknowledged(
    cast: Cast,
) -> None:
    subscribe()
    subscribe("ERP")
    number = cast.change(cast.contract())
    claimed = claims.turn([], {})
    at = datetime.now(UTC)
    claims.mark([Outcome(claimed[0], True, at, 7, 200, "", "", None)])
    assert complete(by=SYSTEM, since=lately()) == 0
    claims.mark([Outcome(claimed[1], True, at, 7, 200, "", "", None)])
    assert complete(by=SYSTEM, since=datetime.now(UTC) + timedelta(minutes=1)) == 0
    assert state(number) == "applied"
    assert complete(by=SYSTEM, since=lately()) == 1
    assert state(number) == "complete"


@pytest.mark.django_db
def test_what_was_settled_long_ago_is_found_when_all_are_looked_at(cast: Cast) -> None:
    subscribe()
    number = cast.change(cast.contract())
    acknowledge()
    with as_system():
        Delivery.objects.update(acknowledged_at=datetime.now(UTC) - timedelta(days=1))
    assert complete(by=SYSTEM, since=lately()) == 0
    assert complete(by=SYSTEM) == 1
    assert state(number) == "complete"


@pytest.mark.django_db
def test_a_waiver_and_a_removal_settle_too(cast: Cast) -> None:
    subscribe()
    waived = cast.change(cast.contract())
    with as_system():
        delivery = Delivery.objects.get()
    waive(delivery, by=TERMINAL, reason="Told by telephone")
    assert complete(by=SYSTEM, since=lately()) == 1
    removed = [cast.change(cast.contract()) for _ in range(3)]
    remove("CRM", by=TERMINAL, reason="Switched off")
    assert complete(by=SYSTEM, since=lately()) == 3
    assert {state(number) for number in (waived, *removed)} == {"complete"}


@pytest.mark.django_db
def test_many_that_wait_are_not_looked_at(cast: Cast) -> None:
    """The plan begins at what was settled, and never reads the changes that wait."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + _LATELY, {"since": lately(), "limit": 1000})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "partner_change_completing" not in plan
    for index in ("delivery_usual_time", "delivery_waived", "partner_change"):
        assert index in plan


def test_a_removal_waits_for_acts_that_tell_its_endpoint(fresh_database: Copy) -> None:
    subscribe()
    removing = Thread(target=_apart, args=[_remove])
    with as_system():
        _happens()
        removing.start()
        until(lambda: _somebody_waits(fresh_database))
    removing.join(20)
    assert states() == {"waived": 1}


def test_an_act_that_waits_for_a_removal_tells_its_endpoint_nothing(
    fresh_database: Copy,
) -> None:
    subscribe()
    happening = Thread(target=_apart, args=[_happens_alone])
    with as_system():
        _remove()
        happening.start()
        until(lambda: _somebody_waits(fresh_database))
    happening.join(20)
    assert states() == {}
    with as_system():
        assert Event.objects.filter(type="partner_change.applied").count() == 1


def _happens() -> None:
    record("agreement", [Fact(1, "partner_change.applied", "a", {})], By())


def _happens_alone() -> None:
    with as_system():
        _happens()


def _remove() -> None:
    remove("CRM", by=TERMINAL, reason="Switched off")


def _apart(act: Callable[[], None]) -> None:
    """On a connection of its own."""
    act()
    connections.close_all()


def _somebody_waits(database: Copy) -> bool:
    with psycopg.connect(database.admin_url) as admin:
        found = admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s",
            [database.name],
        ).fetchone()
    return bool(found and found[0])
