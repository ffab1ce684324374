"""Simulating counts what the checks of every agreement would say, one by one."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection

from ofrecord.agreements.models import Agreement
from ofrecord.changes.check import check_ids
from ofrecord.changes.locks import lock
from ofrecord.changes.simulate import Simulation, TookTooLong, simulate
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules import policy
from ofrecord.rules.policy import Terms
from tests.cast import Cast


def book(cast: Cast) -> None:
    """Agreements on both sides of every boundary, and in every state that stands against one."""
    for days, renews in product((-31, -1, 0, 59, 60, 61, 90, 91, 200), (True, False)):
        cast.contract(days=days, auto_renew=renews)
    cast.contract(program="eba", token_flex=True)
    cast.contract(account=cast.birch, days=70)
    cast.subscription()
    cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=3))
    cast.change(cast.contract(days=300))
    lock([cast.contract()], by=cast.actor("pia"), reason="Nothing moves before the audit.")


def one_by_one(before: Terms, after: Terms) -> Simulation:
    """The same from the checks of all agreements."""
    ids = list(Agreement.objects.values_list("pk", flat=True))
    old, new = (
        {
            id
            for id, each in check_ids(ids, partner=None, person=None, terms=terms).items()
            if each.available
        }
        for terms in (before, after)
    )
    return Simulation(len(ids), len(old), len(new), len(new - old), len(old - new))


OTHERS: tuple[dict[str, Any], ...] = (
    {},
    {"near_expiration_days": 60},
    {"near_expiration_days": 91},
    {"near_expiration_days": 0, "cool_down_days": 1},
    {"cool_down_days": 30},
    {"without": ("auto_renews",)},
    {"without": ("transaction_only", "locked"), "near_expiration_days": 201},
)


def terms_with(given: dict[str, Any]) -> Terms:
    live = policy.live()
    left = [code for code in live.judged_by["request"] if code not in given.get("without", ())]
    judged_by = {**live.judged_by, "request": tuple(left)}
    numbers = {name: value for name, value in given.items() if name != "without"}
    return replace(live, judged_by=judged_by, **numbers)


def test_the_counts_are_those_of_the_checks(cast: Cast) -> None:
    book(cast)
    with seeing(Actor.system()):
        for one, other in product(OTHERS, repeat=2):
            before, after = terms_with(one), terms_with(other)
            assert simulate(before, after) == one_by_one(before, after), (one, other)
        gained = simulate(terms_with({}), terms_with({"near_expiration_days": 60})).gained
    assert gained == 3


def test_only_the_book_that_the_actor_sees_is_counted(cast: Cast) -> None:
    book(cast)
    with seeing(cast.actor("bo")):
        assert simulate(Terms(), Terms()).agreements == 1
    with seeing(cast.actor("opal")):
        assert simulate(Terms(), Terms()).agreements == 24


def test_a_book_that_takes_too_long_leaves_the_transaction_whole(cast: Cast) -> None:
    book(cast)
    with seeing(cast.actor("opal")), connection.cursor() as cursor:
        with pytest.raises(TookTooLong):
            simulate(Terms(), Terms(), seconds=0.001)
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()
        assert simulate(Terms(), Terms(), seconds=60).agreements == 24
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == before
