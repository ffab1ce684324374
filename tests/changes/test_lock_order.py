"""Agreements are locked before their accounts, by every act: two that meet wait, and both go on."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection

from ofrecord.agreements.models import Agreement
from ofrecord.changes.advance import lock
from ofrecord.changes.receipt import receipt
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.parties.people.remove import remove
from ofrecord.parties.streams import lock_accounts
from tests.cast import Cast
from tests.changes.test_concurrency import at_once

pytestmark = pytest.mark.slow


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def meeting(reference: str, act: Callable[[], Any]) -> list[Any]:
    """How an act ends that has the agreement and then takes its account, as the acceptance of a
    quote does, and one that comes in between.
    """
    with seeing(Actor.system()):
        agreement = Agreement.objects.get(reference=reference)
    taken = Event()

    def first() -> str:
        with seeing(Actor.system()):
            lock([agreement.pk])
            taken.set()
            until = time.monotonic() + 20
            while not somebody_waits() and time.monotonic() < until:
                time.sleep(0.02)
            lock_accounts([agreement.account.pk])
        return "done"

    def second() -> Any:
        assert taken.wait(20)
        return act()

    return at_once([first, second])


def test_a_receipt_waits_for_an_act_on_its_agreement(fresh_cast: Cast) -> None:
    reference = fresh_cast.contract()
    number = fresh_cast.change(reference)
    ended = meeting(reference, partial(receipt, number, by=fresh_cast.actor("pia")))
    assert ended[0] == "done", ended
    assert ended[1].content["change"] == number, ended


def test_a_contract_manager_who_is_removed_waits_for_an_act_on_their_agreement(
    fresh_cast: Cast,
) -> None:
    reference = fresh_cast.contract(manager="cora")
    with seeing(Actor.system()):
        role = Role.objects.get(person=fresh_cast.people["cora"])
    ended = meeting(reference, partial(remove, role.pk, by=fresh_cast.actor("pia")))
    assert ended[0] == "done", ended
    assert ended[1].pk == role.pk, ended
    with seeing(Actor.system()):
        assert Agreement.objects.get(reference=reference).contract_manager is None
