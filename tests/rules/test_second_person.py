"""A policy by two people: one drafts it, another one publishes it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules import policy
from ofrecord.rules.models import PolicyDraft
from ofrecord.rules.publish import publish
from ofrecord.rules.refusals import PolicyRefused
from ofrecord.rules.second_person import approve, decline, hand_over
from ofrecord.rules.versions import versions
from tests.cast import Cast

SIXTY = {"near_expiration_days": 60, "may_change": ("primary_admin",)}


@pytest.fixture(autouse=True)
def by_two(settings: Settings) -> None:
    settings.OFRECORD_POLICY_BY_TWO = True


def staff(cast: Cast, name: str) -> Actor:
    if name not in cast.people:
        with seeing(Actor.system("cli")):
            cast._person(name, "administrator")
    return cast.actor(name, door="console")


def handed(cast: Cast, name: str = "opal", **given: Any) -> UUID:
    by, tomorrow = staff(cast, name), clock.today() + timedelta(days=1)
    with seeing(by):
        return hand_over(SIXTY, in_force_on=tomorrow, by=by, note="The channel asked.", **given).pk


def refusal(act: Any, *given: Any, by: Actor, **more: Any) -> str:
    with pytest.raises(PolicyRefused) as refused, seeing(by):
        act(*given, by=by, **more)
    return refused.value.code


def test_nobody_publishes_alone(cast: Cast) -> None:
    for by in (staff(cast, "opal"), Actor.system("cli")):
        given = {"in_force_on": clock.today(), "note": "Now."}
        assert refusal(publish, SIXTY, by=by, **given) == "second_person_needed"


def test_whoever_drafted_it_does_not_publish_it_and_another_one_does(cast: Cast) -> None:
    made, adam = handed(cast), staff(cast, "adam")
    assert refusal(approve, made, by=staff(cast, "opal")) == "same_person"
    assert policy.live(clock.today() + timedelta(days=1)).near_expiration_days == 90
    with seeing(adam):
        version = approve(made, by=adam)
        latest, kept = versions()[0], PolicyDraft.objects.get(pk=made)
        told = Event.objects.filter(stream="policy").order_by("sequence")
        assert [each.type for each in told] == ["policy.drafted", "policy.published"]
    assert (latest.number, latest.published_by_id) == (version, adam.person_id)
    assert latest.terms.near_expiration_days == 60
    assert list(latest.terms.may_change) == ["primary_admin"]
    assert (kept.outcome, kept.drafted_by_id) == ("published", cast.people["opal"].pk)
    assert refusal(approve, made, by=adam) == "draft_closed"


def test_only_those_who_may_publish(cast: Cast) -> None:
    made = handed(cast)
    for name in ("aude", "pia"):
        by = cast.actor(name, door="console")
        assert refusal(approve, made, by=by) == "not_permitted"
        assert refusal(decline, made, by=by, reason="No.") == "not_permitted"
        assert refusal(hand_over, SIXTY, by=by, in_force_on=clock.today(), note="x") == (
            "not_permitted"
        )


def test_one_draft_waits_at_a_time_and_is_declined_with_a_reason(cast: Cast) -> None:
    made, opal = handed(cast), staff(cast, "opal")
    given = {"in_force_on": clock.today(), "note": "Another."}
    assert refusal(hand_over, {"cool_down_days": 3}, by=opal, **given) == "draft_waiting"
    assert refusal(decline, made, by=opal, reason=" ") == "reason_missing"
    with seeing(opal):
        decline(made, by=opal, reason="Not yet.")
    assert handed(cast) != made
    assert refusal(approve, uuid4(), by=opal) == "not_found"


def test_what_was_published_meanwhile_is_not_overwritten(cast: Cast, settings: Settings) -> None:
    made = handed(cast)
    settings.OFRECORD_POLICY_BY_TWO = False
    cast.policy(cool_down_days=3)
    settings.OFRECORD_POLICY_BY_TWO = True
    assert refusal(approve, made, by=staff(cast, "adam")) == "policy_moved"


def test_two_who_approve_at_once_publish_one_version(fresh_cast: Cast) -> None:
    made = handed(fresh_cast)
    people = [staff(fresh_cast, name) for name in ("adam", "ada", "alf")]

    def approved(by: Actor) -> str:
        try:
            with seeing(by):
                return f"version {approve(made, by=by)}"
        except PolicyRefused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        outcomes = sorted(pool.map(approved, people))
    assert outcomes == ["draft_closed", "draft_closed", "version 2"]
