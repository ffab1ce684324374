"""The table of deliveries as a queue: in order, leased, retried, parked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.delivery import claims, ladder
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Attempt, Delivery, Endpoint
from ofrecord.delivery.sending import Claim, Outcome
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from tests.delivery.running import happen, states

pytestmark = pytest.mark.django_db


def endpoint(name: str = "ERP") -> Endpoint:
    url = "http://127.0.0.1:9/"
    added, _secret = add_endpoint(url, name, required=True, by=Actor.system("cli"))
    return added


def outcome(claim: Claim, *, acknowledged: bool, retry_in: float | None = None) -> Outcome:
    status = 200 if acknowledged else 500
    error = "" if acknowledged else "answered 500"
    return Outcome(claim, acknowledged, datetime.now(UTC), 7, status, "", error, retry_in)


def claim() -> list[Claim]:
    return claims.turn([], {})


def places(claimed: Sequence[Claim]) -> list[tuple[int, int]]:
    with as_system():
        events = Event.objects.in_bulk([each.event_id for each in claimed])
    found = [events[each.event_id] for each in claimed]
    return sorted((event.subject_id, event.sequence) for event in found)


def test_the_database_itself_makes_a_delivery_for_every_subscribed_endpoint() -> None:
    first, second = endpoint("CRM"), endpoint("ERP")
    happen(1)
    happen(1, kind="agreement.loaded")
    with as_system():
        made = list(Delivery.objects.order_by("endpoint").values_list("endpoint", "sequence"))
    assert made == [(first.pk, 1), (second.pk, 1)]


def test_a_claim_carries_the_frozen_bytes() -> None:
    endpoint()
    (event_id,) = happen(1)
    (claimed,) = claim()
    with as_system():
        assert claimed.body == bytes(Event.objects.get(pk=event_id).body)
    assert claimed.event_id == event_id


def test_only_the_first_unsettled_event_of_a_subject_is_claimed() -> None:
    endpoint()
    happen(1, 3)
    happen(2, 2)
    claimed = claim()
    assert places(claimed) == [(1, 1), (2, 1)]
    again = claims.turn([outcome(each, acknowledged=True) for each in claimed], {})
    assert places(again) == [(1, 2), (2, 2)]


def test_what_is_claimed_is_nobody_elses_until_the_lease_ends() -> None:
    endpoint()
    happen(1)
    assert len(claim()) == 1
    assert claim() == []
    with as_system():
        Delivery.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    assert len(claim()) == 1


def test_a_failure_is_tried_again_later_and_holds_back_its_own_subject_only() -> None:
    endpoint()
    happen(1, 2)
    happen(2, 2)
    failing, other = claim()
    done = [
        outcome(failing, acknowledged=False, retry_in=60),
        outcome(other, acknowledged=True),
    ]
    assert places(claims.turn(done, {})) == [(2, 2)]
    with as_system():
        row = Delivery.objects.get(pk=failing.id)
        tried = Attempt.objects.get(delivery=failing.id)
    assert (row.state, row.attempts, row.last_status) == ("waiting", 1, 500)
    assert row.next_try_at > datetime.now(UTC) + timedelta(seconds=50)
    assert (tried.status, tried.milliseconds, tried.error) == (500, 7, "answered 500")


def test_what_follows_a_failure_comes_after_it() -> None:
    endpoint()
    happen(1, 2)
    (failing,) = claim()
    claims.mark([outcome(failing, acknowledged=False, retry_in=60)])
    with as_system():
        Delivery.objects.update(next_try_at=datetime.now(UTC) - timedelta(seconds=1))
    (again,) = claim()
    assert again.id == failing.id
    assert places(claims.turn([outcome(again, acknowledged=True)], {})) == [(1, 2)]


def test_the_last_failure_parks_it_with_its_reason_and_its_subject_alone() -> None:
    first, second = endpoint("CRM"), endpoint("ERP")
    happen(1, 2)
    happen(2)
    claimed = claim()
    parked = next(c for c in claimed if c.endpoint_id == first.pk and places([c]) == [(1, 1)])
    others = [each for each in claimed if each is not parked]
    done = [
        outcome(parked, acknowledged=False),
        *(outcome(each, acknowledged=True) for each in others),
    ]
    (left,) = claims.turn(done, {})
    assert (left.endpoint_id, places([left])) == (second.pk, [(1, 2)])
    with as_system():
        row = Delivery.objects.get(pk=parked.id)
    assert (row.state, row.last_error) == ("parked", "answered 500")


def test_an_acknowledgement_counts_even_when_the_lease_has_passed_on() -> None:
    endpoint()
    happen(1)
    (claimed,) = claim()
    with as_system():
        Delivery.objects.update(claimed_until=datetime.now(UTC) + timedelta(seconds=99))
    claims.mark([outcome(claimed, acknowledged=True)])
    assert states() == {"acknowledged": 1}


def test_what_follows_one_that_was_given_up_comes_when_it_is_acknowledged_after_all() -> None:
    endpoint()
    happen(1, 3)
    (first,) = claim()
    late = replace(first, lease=datetime.now(UTC) - timedelta(seconds=1))
    assert claims.turn([outcome(first, acknowledged=False)], {}) == []
    assert states() == {"parked": 1, "waiting": 2}
    assert places(claims.turn([outcome(late, acknowledged=True)], {})) == [(1, 2)]
    assert states() == {"acknowledged": 1, "waiting": 2}


def test_a_late_failure_does_not_undo_what_another_worker_did() -> None:
    endpoint()
    happen(1)
    (claimed,) = claim()
    stolen = replace(claimed, lease=claimed.lease + timedelta(seconds=1))
    claims.mark([outcome(stolen, acknowledged=False, retry_in=60)])
    assert states() == {"waiting": 1}
    with as_system():
        assert Delivery.objects.get().attempts == 0
    claims.mark([outcome(claimed, acknowledged=True)])
    claims.mark([outcome(claimed, acknowledged=False, retry_in=60)])
    assert states() == {"acknowledged": 1}


def test_an_endpoint_gets_as_many_as_there_is_room_for() -> None:
    slow, new, quick = endpoint("CRM"), endpoint("ERP"), endpoint("Shop")
    for subject in range(20):
        happen(subject)
    claimed = claims.turn([], {slow.pk: 1, quick.pk: 15})
    counts = {each.pk: 0 for each in (slow, new, quick)}
    for each in claimed:
        counts[each.endpoint_id] += 1
    assert counts == {slow.pk: 1, new.pk: claims.AT_ONCE, quick.pk: 15}
    assert claims.turn([], {slow.pk: 0, new.pk: 0, quick.pk: 0}) == []


def test_what_was_claimed_and_not_tried_is_given_back_untouched() -> None:
    endpoint()
    happen(1)
    happen(2)
    first, second = claim()
    stolen = replace(second, lease=second.lease + timedelta(seconds=1))
    (again,) = claims.turn([], {}, [first, stolen])
    assert (again.id, again.attempts) == (first.id, 0)
    claims.mark([outcome(again, acknowledged=True)], [again, second])
    assert states() == {"acknowledged": 1, "waiting": 1}
    assert [each.id for each in claim()] == [second.id]
    with as_system():
        assert Attempt.objects.count() == 1


def test_nothing_is_sent_to_an_endpoint_that_is_switched_off() -> None:
    off = endpoint()
    happen(1)
    with as_system():
        Endpoint.objects.filter(pk=off.pk).update(active=False)
    assert claim() == []
    happen(2)
    assert states() == {"waiting": 1}


def test_marking_many_takes_as_many_statements_as_marking_one() -> None:
    endpoint()
    counts = []
    for start, size in ((0, 1), (100, 8)):
        for subject in range(start, start + size):
            happen(subject)
        claimed = claim()
        assert len(claimed) == size
        with CaptureQueriesContext(connection) as queries:
            claims.turn([outcome(each, acknowledged=True) for each in claimed], {})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_ladder_lasts_three_days_and_never_comes_back_together() -> None:
    steps = ladder.OF_DELIVERIES
    assert 2.5 * 86_400 < sum(steps) < 3.5 * 86_400
    assert list(steps) == sorted(steps)
    assert len({ladder.retry_in(steps, 0) for _ in range(20)}) > 10
    assert ladder.retry_in(steps, len(steps)) is None
