"""Telling an endpoint again: one event, or all of a time; the same bytes, in their order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.delivery import claims, ladder, replay
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.remove import remove
from ofrecord.delivery.sending import Claim, Outcome
from ofrecord.delivery.trial import send_test
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from tests.delivery.running import happen, states

pytestmark = pytest.mark.django_db
TERMINAL = Actor.system("cli")
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def endpoint(name: str = "CRM", **given: Any) -> Endpoint:
    url = "http://127.0.0.1:9/"
    return add_endpoint(url, name, **{"required": True, "by": TERMINAL, **given})[0]


def again(name: str = "CRM", **given: Any) -> replay.Replayed:
    until = datetime.now(UTC) + timedelta(minutes=1)
    return replay.replay_range(name, ALWAYS, until, by=TERMINAL, **given)


def done(claimed: Claim, status: int = 200, retry_in: float | None = None) -> Outcome:
    error = "" if status == 200 else f"answered {status}"
    return Outcome(claimed, not error, datetime.now(UTC), 7, status, "", error, retry_in)


def claim() -> list[Claim]:
    return claims.turn([], {})


def acknowledge_all() -> list[tuple[int, int, str]]:
    """What is sent until nothing is due: subject, sequence, and its kind."""
    sent = []
    while claimed := claim():
        with as_system():
            events = Event.objects.in_bulk([each.event_id for each in claimed])
        for each in claimed:
            event = events[each.event_id]
            assert bytes(event.body) == each.body
            sent.append((event.subject_id, event.sequence, each.kind))
        claims.mark([done(each) for each in claimed])
    return sent


def park() -> Delivery:
    """What is due is given up."""
    (claimed,) = claim()
    claims.mark([done(claimed, 500)])
    with as_system():
        return Delivery.objects.get(pk=claimed.id)


def test_what_was_given_up_is_tried_again_and_what_waits_behind_it_follows() -> None:
    endpoint()
    happen(1, 3)
    parked = park()
    assert claim() == []
    tried = replay.replay(parked, by=TERMINAL)
    assert (tried.pk, tried.state, tried.required) == (parked.pk, "waiting", True)
    assert acknowledge_all() == [(1, 1, ""), (1, 2, ""), (1, 3, "")]


def test_what_was_acknowledged_is_sent_once_more_as_a_replay_for_which_nothing_waits() -> None:
    endpoint()
    (event,) = happen(1)
    acknowledge_all()
    with as_system():
        first = Delivery.objects.get()
    repeated = replay.replay(first, by=TERMINAL)
    assert repeated.pk != first.pk
    assert (repeated.event_id, repeated.required) == (event, False)
    assert replay.replay(first, by=TERMINAL).pk == repeated.pk
    assert acknowledge_all() == [(1, 1, "replay")]


def test_what_waits_for_its_next_try_is_tried_now() -> None:
    endpoint()
    happen(1)
    (claimed,) = claim()
    claims.mark([done(claimed, 500, 3600)])
    assert claim() == []
    with as_system():
        waiting = Delivery.objects.get()
    assert replay.replay(waiting, by=TERMINAL).attempts == 1
    assert [each.id for each in claim()] == [claimed.id]


def test_a_range_tells_a_new_endpoint_of_what_happened_before_it_existed() -> None:
    happen(1, 2)
    happen(2)
    happen(2, kind="agreement.loaded")
    endpoint()
    assert again().repeated == 3
    sent = acknowledge_all()
    assert sorted(sent) == [(1, 1, "replay"), (1, 2, "replay"), (2, 1, "replay")]
    assert [place[:2] for place in sent if place[0] == 1] == [(1, 1), (1, 2)]


def test_a_range_sends_nothing_twice_that_still_waits_and_reopens_what_was_given_up() -> None:
    endpoint()
    happen(1)
    acknowledge_all()
    happen(2, 2)
    park()
    result = again()
    assert (result.reopened, result.repeated) == (1, 1)
    assert sorted(acknowledge_all()) == [(1, 1, "replay"), (2, 1, ""), (2, 2, "")]
    assert again(types=["agreement.*"]).repeated == 0


def test_what_is_new_goes_first_except_behind_a_replay_of_its_own_subject() -> None:
    endpoint()
    for subject in range(1, 20):
        happen(subject)
    acknowledge_all()
    again()
    happen(50)
    happen(3)
    first = claim()
    assert [each.kind for each in first] == ["replay"] * 7 + [""]
    claims.mark([done(each) for each in first])
    sent = [place[:2] for place in acknowledge_all() if place[0] == 3]
    assert sent in ([(3, 1), (3, 2)], [(3, 2)])


def test_the_rest_of_a_replay_is_given_up_with_it_and_nothing_new_waits() -> None:
    endpoint()
    happen(1, 2)
    acknowledge_all()
    again()
    happen(1)
    claims.mark([done(each, 500) for each in claim()])
    assert states() == {"acknowledged": 2, "parked": 2, "waiting": 1}
    assert acknowledge_all() == [(1, 3, "")]
    again()
    assert acknowledge_all() == [(1, 1, "replay"), (1, 2, "replay"), (1, 3, "replay")]


def test_a_replay_is_given_up_after_about_an_hour() -> None:
    at = datetime.now(UTC)
    claimed = Claim(1, 1, happen(1)[0], 5, at, "http://127.0.0.1:9/", b"", b"{}", None, "replay")
    assert ladder.retry_in(claimed.steps, 4) is not None
    assert ladder.retry_in(claimed.steps, claimed.attempts) is None


def test_a_range_takes_the_same_statements_however_large_it_is() -> None:
    endpoint()
    counts = []
    for size in (1, 30):
        for subject in range(size):
            happen(subject)
        with CaptureQueriesContext(connection) as queries:
            again()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_replay_is_told_in_the_journal() -> None:
    endpoint()
    happen(1)
    acknowledge_all()
    again()
    with as_system():
        replay.replay(Delivery.objects.get(replay=None), by=TERMINAL)
        events = Event.objects.filter(stream="endpoint").order_by("sequence")
        types = list(events.values_list("type", flat=True))
    assert types == ["endpoint.added", "endpoint.replayed", "delivery.replayed"]


def test_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    endpoint()
    event = send_test("CRM", by=TERMINAL)
    happen(1, 3)
    with as_system():
        tested = Delivery.objects.get(event=event)
        real = Delivery.objects.filter(sequence=2).get()
    auditor = Actor(person_id=1, door="console", vendor_roles=("auditor",))

    def code(name: str = "CRM", since: datetime = ALWAYS, by: Actor = TERMINAL, **more: Any) -> str:
        with pytest.raises(Refused) as refused:
            replay.replay_range(name, since, now, by=by, **more)
        return refused.value.code

    def of_one(delivery: Delivery, by: Actor = TERMINAL) -> str:
        with pytest.raises(Refused) as refused:
            replay.replay(delivery, by=by)
        return refused.value.code

    assert code(since=now) == "range_unusable"
    assert code("ERP") == "endpoint_unknown"
    assert code(types=["*"]) == "types_unusable"
    assert code(by=auditor) == "not_permitted"
    assert of_one(real, auditor) == "not_permitted"
    assert of_one(tested) == "test_not_replayed"
    monkeypatch.setattr(replay, "MOST", 2)
    now = datetime.now(UTC) + timedelta(minutes=1)
    assert code() == "range_too_large"
    remove("CRM", by=TERMINAL, reason="Replaced")
    assert of_one(real) == "endpoint_removed"
