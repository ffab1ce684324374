"""The policy is data: versions, effective-dated, and everything reads the one in force."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules import policy, rule, verdicts
from ofrecord.rules.models import Policy
from ofrecord.rules.policy import AVAILABILITY, BOTH, PARTNER, UNDO, Terms
from tests.cast import Cast


def publish(version: int, in_force_on: date, **parameters: Any) -> None:
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        Policy.objects.create(
            version=version,
            in_force_on=in_force_on,
            parameters={**Terms().as_parameters(), **parameters},
            published_at=cursor.fetchone()[0],
        )


def test_the_first_policy_is_the_default(db: None) -> None:
    live, default = policy.live(), Terms()
    assert live.version == default.version
    assert json.dumps(live.as_parameters()) == json.dumps(default.as_parameters())


def test_a_new_version_moves_the_boundary_and_the_words(cast: Cast) -> None:
    free, near = cast.contract(days=61), cast.contract(days=60)
    assert not cast.check(free).available
    publish(2, clock.today(), near_expiration_days=60)
    assert cast.check(free).available
    (verdict,) = cast.check(near).verdicts
    assert "within 60 days" in verdict.reason
    assert verdict.since == clock.today()


def test_a_version_waits_for_its_day(cast: Cast, settings: Any) -> None:
    today = clock.today()
    publish(2, today + timedelta(days=1), near_expiration_days=60)
    reference = cast.contract(days=70)
    assert not cast.check(reference).available
    settings.OFRECORD_TODAY = today + timedelta(days=1)
    assert cast.check(reference).available


def test_the_latest_version_of_a_day_is_in_force(cast: Cast) -> None:
    publish(2, clock.today(), near_expiration_days=60)
    publish(3, clock.today(), near_expiration_days=75)
    assert policy.live().near_expiration_days == 75


def test_who_may_change_is_policy(cast: Cast) -> None:
    reference = cast.contract(manager="cora")
    publish(2, clock.today(), may_change=["viewer"])
    assert cast.check(reference, by="vera").available
    assert [v.code for v in cast.check(reference, by="pia").verdicts] == ["not_permitted"]


def test_a_rule_that_policy_leaves_out_is_not_judged(cast: Cast) -> None:
    rules = [code for code in Terms().judged_by["request"] if code != "auto_renews"]
    reference = cast.contract(auto_renew=True)
    publish(2, clock.today(), judged_by={"request": rules, "load": []})
    assert cast.check(reference).available
    cast.submit(reference)


def test_the_change_keeps_the_version_that_judged_it(cast: Cast) -> None:
    publish(2, clock.today(), near_expiration_days=60)
    number = cast.change(cast.contract(days=70))
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute("SELECT policy_version FROM partner_change WHERE number = %s", [number])
        assert cursor.fetchone() == (2,)


def test_every_rule_is_judged_and_put_into_words() -> None:
    request, undo = (set(Terms().judged_by[occasion]) for occasion in ("request", "undo"))
    assert {*AVAILABILITY, *PARTNER, *BOTH, "not_permitted"} == request
    assert {*UNDO, "change_in_progress", "locked", "not_permitted"} == undo
    assert set(rule.CODES) == request | undo
    assert set(verdicts._REASONS) == set(rule.CODES) == set(verdicts._STEPS)


def test_no_rules_refuse_nothing(cast: Cast) -> None:
    reference = cast.contract(days=20, auto_renew=True)
    publish(2, clock.today(), judged_by={"request": [], "load": []})
    check = cast.check(reference)
    assert check.available and check.periods == () and check.available_until is None


@pytest.mark.parametrize("operation", ["UPDATE policy SET note = 'x'", "DELETE FROM policy"])
def test_a_published_version_never_alters(db: None, operation: str) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(operation)
