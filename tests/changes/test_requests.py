"""The same request sent twice is one request with one stored answer."""

import json
from datetime import timedelta
from typing import Any

import pytest

from ofrecord.changes.models import PartnerChange, Request
from ofrecord.changes.refusals import NotAvailable, Unusable
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, types


def stored(key: str) -> dict[str, Any]:
    with seeing(Actor.system()):
        kept: dict[str, Any] = json.loads(bytes(Request.objects.get(key=key).answer or b""))
    return kept


def test_a_repeat_gets_the_same_answer_and_changes_nothing(cast: Cast) -> None:
    reference, near = cast.contract(), cast.contract(days=20)
    first = cast.submit(reference, near, idempotency_key="k")
    told = types(reference)
    again = cast.submit(reference, near, idempotency_key="k")
    assert (first.repeated, again.repeated) == (False, True)
    assert json.dumps(again.as_data()) == json.dumps(first.as_data()) == json.dumps(stored("k"))
    assert again.items == first.items
    assert types(reference) == told


def test_a_repeat_after_more_has_happened_still_gets_the_first_answer(cast: Cast) -> None:
    reference = cast.contract()
    first = cast.submit(reference, idempotency_key="k")
    cast.submit(reference, partner=cast.dune.account_number)
    assert cast.submit(reference, idempotency_key="k").as_data() == first.as_data()


@pytest.mark.parametrize(
    "other",
    [
        {"reason": "Another."},
        {"partner": "7200000003"},
        {"effective_on": clock.today() + timedelta(days=1)},
        {"all_or_nothing": True},
    ],
)
def test_the_same_key_with_other_content_is_refused(cast: Cast, other: dict[str, Any]) -> None:
    reference = cast.contract()
    cast.submit(reference, idempotency_key="k")
    with pytest.raises(Unusable) as refused:
        cast.submit(reference, idempotency_key="k", **other)
    assert refused.value.code == "idempotency_key_reused"


def test_the_same_key_for_another_agreement_is_refused(cast: Cast) -> None:
    cast.submit(cast.contract(), idempotency_key="k")
    with pytest.raises(Unusable):
        cast.submit(cast.contract(), idempotency_key="k")


def test_a_key_is_of_the_person_who_uses_it(cast: Cast) -> None:
    one, two = cast.contract(), cast.contract()
    cast.submit(one, idempotency_key="k", by="pia")
    assert not cast.submit(two, idempotency_key="k", by="sam").repeated


def test_a_refusal_is_an_answer_too_and_stays_the_same(cast: Cast) -> None:
    open_, free = cast.contract(), cast.contract()
    cast.change(open_, effective_on=clock.today() + timedelta(days=3))
    answers = []
    for _ in range(2):
        with pytest.raises(NotAvailable) as refused:
            cast.submit(open_, idempotency_key="k")
        answers.append([verdict.as_data() for verdict in refused.value.verdicts])
    assert answers[0] == answers[1] == stored("k")["changes"][0]["refusals"]
    with pytest.raises(Unusable):
        cast.submit(free, idempotency_key="k")


def test_a_request_that_cannot_be_carried_out_leaves_its_key_free(cast: Cast) -> None:
    reference = cast.contract()
    with pytest.raises(Unusable):
        cast.submit(reference, idempotency_key="k", reason=" ")
    with pytest.raises(Unusable):
        cast.submit(reference, idempotency_key="k", fingerprints=["x"])
    assert not cast.submit(reference, idempotency_key="k").repeated


def test_without_a_key_every_request_is_its_own(cast: Cast) -> None:
    reference = cast.contract()
    cast.submit(reference)
    cast.submit(reference, partner=cast.dune.account_number)
    with seeing(Actor.system()):
        assert PartnerChange.objects.filter(occasion="request", request=None).count() == 2
