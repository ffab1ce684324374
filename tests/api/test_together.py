"""Submits that come while others are carried out go together, each with its own answer."""

from functools import partial

import pytest
from django.db import OperationalError

from ofrecord.api import together
from ofrecord.api.together import Call
from ofrecord.delivery import failpoints
from tests.api.systems import Answer, Systems, said
from tests.api.test_requests import made, wish
from tests.cast import Cast, bodies, of_record
from tests.changes.test_concurrency import at_once, is_clean

GORSE = {("Gorse Digital", "reseller", None)}


def test_many_calls_at_once_have_each_their_own_change(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    references = [fresh_cast.contract() for _ in range(16)]

    def send(reference: str) -> Answer:
        key = f"key of {reference}".replace(" ", "-")
        return fresh_systems.alder.post("/partner-changes", wish(reference), Idempotency_Key=key)

    answers = at_once([partial(send, reference) for reference in references])
    assert [each.status_code for each in answers] == [201] * 16
    changed = [said(each)["changes"][0] for each in answers]
    assert [each["agreement"] for each in changed] == references
    assert len({each["number"] for each in changed}) == made() == 16
    assert all(of_record(each) == GORSE for each in references)
    again = [send(reference) for reference in references]
    assert [each.content for each in again] == [each.content for each in answers]
    assert {each.headers["Idempotency-Replayed"] for each in again} == {"true"}
    is_clean()


def test_each_is_in_the_journal_by_its_own_request(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    names = {fresh_cast.contract(): f"request-of-{place:03}" for place in range(16)}

    def send(reference: str) -> Answer:
        own = {"Idempotency_Key": names[reference], "X_Request_ID": names[reference]}
        return fresh_systems.alder.post("/partner-changes", wish(reference), **own)

    answers = at_once([partial(send, reference) for reference in names])
    assert [each.status_code for each in answers] == [201] * 16
    assert {each: bodies(each)[1]["data"]["by"]["request"] for each in names} == names


def test_of_calls_for_one_agreement_at_once_one_wins(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    shown = fresh_cast.shown(reference := fresh_cast.contract())
    body = wish(reference, fingerprints=[shown])

    def send(number: int) -> Answer:
        return fresh_systems.alder.post("/partner-changes", body, Idempotency_Key=f"k{number}")

    answers = at_once([partial(send, number) for number in range(12)])
    assert sorted(each.status_code for each in answers) == [201, *[409] * 11]
    assert {said(each)["code"] for each in answers if each.status_code == 409} == {
        "agreement_moved"
    }
    assert made() == 1
    is_clean()


def test_when_the_take_fails_each_goes_alone(
    cast: Cast, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object, **_more: object) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(together, "submit_together", away)
    reference = cast.contract()
    answer = systems.alder.post("/partner-changes", wish(reference), Idempotency_Key="k")
    assert (answer.status_code, of_record(reference), made()) == (201, GORSE, 1)


def test_a_take_that_breaks_before_its_end_has_done_nothing(
    cast: Cast, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are gone, the call of which it was the take goes alone, and it is one change."""
    hits: list[str] = []

    def hit(name: str) -> None:
        hits.append(name)
        if hits.count("submit.before_commit") == 1 and name == "submit.before_commit":
            raise OperationalError("the connection is lost")

    monkeypatch.setattr(failpoints, "hit", hit)
    reference = cast.contract()
    answer = systems.alder.post("/partner-changes", wish(reference), Idempotency_Key="k")
    assert answer.status_code == 201
    assert hits.count("submit.before_commit") == 2
    assert made() == 1


def test_a_call_whose_take_was_lost_at_its_commit_finds_its_answer(
    cast: Cast, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried_out = together._in_one

    def lost(calls: list[Call]) -> None:
        carried_out(calls)
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(together, "_in_one", lost)
    reference = cast.contract()
    answer = systems.alder.post("/partner-changes", wish(reference), Idempotency_Key="k")
    assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (201, "true")
    assert (of_record(reference), made()) == (GORSE, 1)


def test_a_call_without_a_key_goes_alone(
    cast: Cast, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(together, "_turns")
    assert systems.alder.post("/partner-changes", wish(cast.contract())).status_code == 201
