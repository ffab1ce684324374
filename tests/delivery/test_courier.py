"""Large turns: whatever becomes of one delivery in a turn, the others are marked and in order."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from ofrecord.delivery import courier as couriers
from ofrecord.delivery.context import as_system
from ofrecord.delivery.courier import Courier
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.lanes import Lane
from ofrecord.delivery.loops import DatabaseThread
from ofrecord.delivery.models import Delivery
from ofrecord.delivery.sending import DEADLINE, Claim
from ofrecord.parties.actors import Actor
from tests.databases import Copy
from tests.delivery.receiver import Behaviour, Exchange, Got, receiving
from tests.delivery.running import happen, states

pytestmark = pytest.mark.slow
SUBJECTS, EACH = 60, 3


@pytest.fixture(autouse=True)
def database(fresh_database: Copy) -> Copy:
    return fresh_database


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every endpoint is trusted from the start, so that turns are large."""
    monkeypatch.setattr(couriers, "Lane", lambda: Lane(seconds=0.02))


def subscribe(url: str, name: str = "ERP") -> None:
    add_endpoint(url, name, required=True, by=Actor.system("cli"))


def carried(done: Callable[[], object], patience: float = 30) -> list[list[Claim]]:
    """Run a courier until then; the acknowledgements that it told of, turn by turn."""
    told: list[list[Claim]] = []
    courier, looking = Courier(lambda claims: told.append(list(claims))), DatabaseThread("looking")

    async def run() -> None:
        stop, deadline = asyncio.Event(), time.monotonic() + patience
        running = asyncio.create_task(courier.run(stop))
        try:
            while not await looking.run(done):
                assert time.monotonic() < deadline, "waited in vain"
                await asyncio.sleep(0.02)
        finally:
            stop.set()
            courier.wake()
            await running
            await looking.close()
            await courier._database.close()

    asyncio.run(run())
    return told


def all_settled() -> bool:
    return "waiting" not in states()


def sometimes(status: int, when: Callable[[Got], bool]) -> Behaviour:
    """Acknowledges what it is not told to answer otherwise."""

    def behave(exchange: Exchange, got: Got) -> None:
        exchange.answer(status if when(got) else 200)

    return behave


@pytest.mark.usefixtures("quick")
def test_large_turns_keep_the_order_of_every_agreement() -> None:
    with receiving() as receiver:
        subscribe(receiver.url)
        sent = [id for subject in range(SUBJECTS) for id in happen(subject, EACH)]
        told = carried(all_settled)
    assert states() == {"acknowledged": SUBJECTS * EACH}
    assert sorted(receiver.ids()) == sorted(map(str, sent))
    assert receiver.in_order()
    assert receiver.most_at_once <= 8
    assert len(told) < SUBJECTS * EACH / 2, "turns were small"
    assert sorted(str(each.event_id) for turn in told for each in turn) == sorted(receiver.ids())


@pytest.mark.usefixtures("quick")
def test_one_failure_in_a_turn_holds_back_its_own_agreement_and_nothing_else() -> None:
    def unlucky(got: Got) -> bool:
        return got.place == ("agreement-7", 1)

    def rest_is_done() -> bool:
        return states() == {"acknowledged": (SUBJECTS - 1) * EACH, "waiting": EACH}

    with receiving(sometimes(500, unlucky)) as receiver:
        subscribe(receiver.url)
        for subject in range(SUBJECTS):
            happen(subject, EACH)
        carried(rest_is_done)
    with as_system():
        rows = Delivery.objects.filter(state="waiting").order_by("sequence")
        found = list(rows.values_list("subject_id", "sequence", "attempts", "claimed_until"))
    assert found == [(7, 1, 1, None), (7, 2, 0, None), (7, 3, 0, None)]
    assert receiver.in_order()


@pytest.mark.usefixtures("quick")
def test_a_name_server_that_does_not_answer_holds_its_own_endpoint_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_up, ended, asked = socket.getaddrinfo, threading.Event(), []

    def hanging(host: str, *given: Any, **named: Any) -> Any:
        if host == "hung.example":
            asked.append(host)
            ended.wait(15)
        return look_up("127.0.0.1" if host.endswith(".example") else host, *given, **named)

    def healthy_is_done() -> bool:
        with as_system():
            rows = Delivery.objects.filter(endpoint__name="Healthy", state="acknowledged")
            return rows.count() == SUBJECTS

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    with receiving() as receiver:
        port = urlsplit(receiver.url).port
        for name in ("Hung", "Healthy"):
            subscribe(f"http://{name.lower()}.example:{port}/", name)
        for subject in range(SUBJECTS):
            happen(subject)
        begun = time.monotonic()
        carried(healthy_is_done)
        took = time.monotonic() - begun
        ended.set()
    assert took < DEADLINE, "it waited for the other's name"
    assert len(asked) <= 2, "one lookup was not enough"


@pytest.mark.usefixtures("quick")
def test_what_would_outlast_its_lease_is_given_back_and_sent_once_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(couriers, "LEASE", DEADLINE + 0.15)

    def pausing(exchange: Exchange, _got: Got) -> None:
        time.sleep(0.1)
        exchange.answer(200)

    with receiving(pausing) as receiver:
        subscribe(receiver.url)
        for subject in range(SUBJECTS):
            happen(subject)
        carried(all_settled)
    assert states() == {"acknowledged": SUBJECTS}
    assert len(receiver.got) == SUBJECTS


@pytest.mark.usefixtures("quick")
def test_what_is_in_hand_when_it_ends_waits_for_nobody() -> None:
    def pausing(exchange: Exchange, _got: Got) -> None:
        time.sleep(0.3)
        exchange.answer(200)

    with receiving(pausing) as receiver:
        subscribe(receiver.url)
        for subject in range(SUBJECTS):
            happen(subject)
        carried(lambda: receiver.got)
    with as_system():
        left = Delivery.objects.filter(state="waiting")
        assert left.filter(claimed_until=None).count() == left.count() > 0
    assert states()["acknowledged"] == len(receiver.got)
