"""From a submit to complete, through a real worker and real receivers."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from ofrecord.changes.models import PartnerChange
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery
from ofrecord.delivery.waive import waive
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from tests.cast import Cast, types
from tests.databases import Copy
from tests.delivery.receiver import Behaviour, Receiver, acknowledge, answering, receiving, slow
from tests.delivery.running import KILLED, until, worker

pytestmark = pytest.mark.slow


@pytest.fixture
def cast(fresh_database: Copy) -> Cast:
    return Cast.enter()


def systems(stack: ExitStack, *behaviours: Behaviour) -> list[Receiver]:
    """Required receiving systems."""
    receivers = [stack.enter_context(receiving(behaviour)) for behaviour in behaviours]
    for place, receiver in enumerate(receivers):
        add_endpoint(receiver.url, f"System {place}", required=True, by=Actor.system("cli"))
    return receivers


def state(number: str) -> str:
    with as_system():
        return PartnerChange.objects.get(number=number).state


def test_a_change_is_complete_when_the_last_required_system_has_acknowledged(cast: Cast) -> None:
    with ExitStack() as stack:
        quick, lame = systems(stack, acknowledge, slow(1))
        reference = cast.contract()
        stack.enter_context(worker())
        number = cast.change(reference)
        until(lambda: quick.acknowledged)
        assert state(number) == "applied"
        until(lambda: state(number) == "complete")
        assert lame.acknowledged
        until(lambda: len(quick.acknowledged) == len(lame.acknowledged) == 2)
        told = [got.event["type"] for got in quick.got]
    assert told == ["partner_change.applied", "partner_change.completed"]
    assert quick.ids() == lame.ids()
    assert quick.got[0].event["subject"] == reference
    assert types(reference)[-2:] == told


def test_a_worker_killed_before_it_completes_is_succeeded(cast: Cast) -> None:
    with ExitStack() as stack:
        (receiver,) = systems(stack, acknowledge)
        numbers = [cast.change(cast.contract()) for _ in range(5)]
        with worker(OFRECORD_FAILPOINT="worker.before_complete") as first:
            assert first.dies() == KILLED
        assert receiver.acknowledged
        stack.enter_context(worker())
        until(lambda: all(state(number) == "complete" for number in numbers))
        until(lambda: len(set(receiver.ids())) == 10)
    first_told: dict[str, list[int]] = {}
    for subject, sequence in (got.place for got in receiver.got):
        first_told.setdefault(subject, [])
        if sequence not in first_told[subject]:
            first_told[subject].append(sequence)
    assert list(first_told.values()) == [[2, 3]] * 5


def test_a_change_waits_for_a_system_that_fails_until_a_person_waives(cast: Cast) -> None:
    with ExitStack() as stack:
        systems(stack, answering(500))
        stack.enter_context(worker())
        number = cast.change(cast.contract())

        def tried() -> bool:
            with as_system():
                return Delivery.objects.filter(attempts__gte=1).exists()

        until(tried)
        assert state(number) == "applied"
        with as_system():
            delivery = Delivery.objects.get(sequence=2)
        waive(delivery, by=Actor.system("cli"), reason="Told by hand.")
        until(lambda: state(number) == "complete", patience=5)


def test_a_scheduled_change_is_applied_by_the_worker_when_its_day_has_come(cast: Cast) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with ExitStack() as stack:
        (receiver,) = systems(stack, acknowledge)
        number = cast.change(cast.contract(), effective_on=tomorrow)
        with worker() as today:
            until(lambda: receiver.got)
            assert state(number) == "scheduled"
            assert today.stop() == 0
        stack.enter_context(worker(OFRECORD_TODAY=tomorrow.isoformat()))
        until(lambda: state(number) == "complete")
        until(lambda: len(receiver.got) == 3)
    assert [got.event["type"] for got in receiver.got] == [
        "partner_change.scheduled",
        "partner_change.applied",
        "partner_change.completed",
    ]
