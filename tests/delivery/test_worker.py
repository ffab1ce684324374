"""A real worker process against real receivers: at least once, in order, whoever dies."""

import os
import signal
import time

import psycopg
import pytest

from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.loops import SWEEP
from ofrecord.delivery.wake import wake
from ofrecord.parties.actors import Actor
from tests.databases import Copy
from tests.delivery.receiver import Receiver, answering, receiving, slow
from tests.delivery.running import KILLED, happen, states, until, worker

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def database(fresh_database: Copy) -> Copy:
    return fresh_database


def subscribe(receiver: Receiver, name: str = "ERP") -> str:
    _endpoint, secret = add_endpoint(receiver.url, name, required=True, by=Actor.system("cli"))
    return secret


def all_acknowledged() -> bool:
    return set(states()) == {"acknowledged"}


def test_every_event_arrives_in_order_and_signed() -> None:
    with receiving() as receiver:
        secret = subscribe(receiver)
        sent = [id for subject in range(10) for id in happen(subject, 5)]
        with worker() as running:
            until(all_acknowledged)
            assert running.stop() == 0
    assert sorted(receiver.ids()) == sorted(map(str, sent))
    assert receiver.in_order()
    receiver.verify(secret)


@pytest.mark.parametrize("failpoint", ["delivery.after_claim", "delivery.after_send_before_mark"])
def test_killed_at_a_failpoint_and_started_again_it_completes(failpoint: str) -> None:
    with receiving() as receiver:
        secret = subscribe(receiver)
        sent = [id for subject in range(5) for id in happen(subject, 3)]
        with worker(OFRECORD_FAILPOINT=failpoint) as first:
            assert first.dies() == KILLED
        before = len(receiver.got)
        with worker() as second:
            until(all_acknowledged)
            assert second.stop() == 0
        if failpoint == "delivery.after_send_before_mark":
            assert before > 0
            assert len(receiver.got) > len(sent), "what was not marked came again"
    bodies: dict[str, set[bytes]] = {}
    for got in receiver.got:
        bodies.setdefault(got.id, set()).add(got.body)
    assert sorted(bodies) == sorted(map(str, sent))
    assert all(len(each) == 1 for each in bodies.values())
    assert receiver.in_order()
    receiver.verify(secret)


def test_a_failpoint_is_refused_in_production_and_when_it_does_not_exist() -> None:
    with worker(OFRECORD_FAILPOINT="nowhere") as running:
        assert running.dies() == 2
    with worker(OFRECORD_FAILPOINT="delivery.after_claim", OFRECORD_ENV="production") as running:
        assert running.dies() == 2


def test_a_commit_that_wakes_is_delivered_at_once_and_any_other_by_the_sweep() -> None:
    with receiving() as receiver:
        subscribe(receiver)
        with worker():
            assert min(_woken_after_a_sweep(receiver) for _ in range(3)) < SWEEP * 0.7


def _woken_after_a_sweep(receiver: Receiver) -> float:
    """Seconds to the receiver for an event that comes right after a sweep and wakes the worker."""
    before = len(receiver.got)
    happen(1)
    until(lambda: len(receiver.got) == before + 1)
    start = time.monotonic()
    happen(1)
    wake()
    until(lambda: len(receiver.got) == before + 2)
    return time.monotonic() - start


def test_a_slow_receiver_does_not_delay_a_healthy_one() -> None:
    with receiving(slow(0.6)) as lame, receiving() as healthy:
        subscribe(lame, "Commissions")
        subscribe(healthy, "CRM")
        for subject in range(40):
            happen(subject)
        with worker():
            until(lambda: healthy.got)
            until(lambda: len(healthy.got) == 40)
            assert len(lame.acknowledged) < 40
            until(all_acknowledged)
            assert lame.most_at_once == 8


def test_a_receiver_that_fails_first_gets_it_again_in_order() -> None:
    with receiving(answering(503, 200)) as receiver:
        subscribe(receiver)
        happen(1, 3)
        with worker():
            until(all_acknowledged)
    assert [got.place[1] for got in receiver.got] == [1, 1, 2, 3]
    assert receiver.got[0].body == receiver.got[1].body


def test_it_stops_quickly_even_while_a_receiver_is_slow() -> None:
    with receiving(slow(8)) as receiver:
        subscribe(receiver)
        happen(1)
        with worker() as running:
            until(lambda: receiver.got)
            assert running.stop(signal.SIGINT) == 0
    assert states() == {"waiting": 1}


def test_a_second_worker_does_not_take_what_the_first_one_is_sending() -> None:
    with receiving(slow(1.5)) as receiver:
        subscribe(receiver)
        happen(1)
        with worker():
            until(lambda: receiver.got)
            with worker():
                until(all_acknowledged)
    assert len(receiver.got) == 1


def test_it_survives_that_its_connections_are_cut(database: Copy) -> None:
    with receiving() as receiver:
        subscribe(receiver)
        with worker() as running:
            happen(1)
            until(lambda: receiver.got)
            with psycopg.connect(database.admin_url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                    " AND usename <> current_user AND pid <> ALL (%s)",
                    [database.name, [os.getpid()]],
                )
            from django.db import connections

            connections.close_all()
            happen(2, 3)
            until(lambda: len(set(receiver.ids())) == 4)
            assert running.process.poll() is None
    assert receiver.in_order()
