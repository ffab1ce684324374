"""The tracker's lines, and waiving what will never be acknowledged."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.delivery import claims
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.pause import pause
from ofrecord.delivery.progress import Progress, progress
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.replay import replay
from ofrecord.delivery.waive import waive
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.delivery.running import happen
from tests.delivery.test_claims import outcome

pytestmark = pytest.mark.django_db
OPERATIONS = Actor(person_id=1, door="console", vendor_roles=("operations",))
URL = "http://127.0.0.1:9/"


def endpoint(name: str, *, required: bool = True) -> Endpoint:
    return add_endpoint(URL, name, required=required, by=Actor.system("cli"))[0]


def lines(ids: Sequence[UUID]) -> list[Progress]:
    with as_system():
        return [line for each in progress(ids).values() for line in each]


def took(name: str, *seconds: float) -> None:
    """Acknowledged deliveries of an endpoint that took so long."""
    for subject, each in enumerate(seconds, 10_000):
        happen(subject)
        with as_system():
            row = Delivery.objects.get(subject_id=subject, endpoint__name=name)
            row.state = "acknowledged"
            row.acknowledged_at = datetime.now(UTC)
            row.created_at = row.acknowledged_at - timedelta(seconds=each)
            row.save()


def test_a_paused_system_has_no_next_try() -> None:
    endpoint("CRM")
    pause("CRM", by=Actor.system("cli"), reason="Moving")
    (line,) = lines(happen(1))
    assert (line.state, line.paused, line.next_try_at) == ("waiting", True, None)


def test_a_replay_is_no_line_of_its_own_and_no_measure() -> None:
    endpoint("CRM")
    took("CRM", 1.0)
    ids = happen(1)
    claims.mark([outcome(each, acknowledged=True) for each in claims.turn([], {})])
    with as_system():
        told = Delivery.objects.get(event=ids[0])
    repeated = replay(told, by=Actor.system("cli"))
    (line,) = lines(ids)
    assert (line.delivery_id, line.state) == (told.pk, "acknowledged")
    with as_system():
        Delivery.objects.filter(pk=repeated.pk).update(
            state="acknowledged",
            created_at=datetime.now(UTC) - timedelta(days=1),
            acknowledged_at=datetime.now(UTC),
        )
    (line,) = lines(ids)
    assert line.usual_seconds is not None
    assert line.usual_seconds <= 1.1


def test_each_system_has_a_line_with_its_state() -> None:
    endpoint("CRM")
    endpoint("ERP", required=False)
    ids = happen(1)
    crm, _erp = claims.turn([], {})
    claims.mark([outcome(crm, acknowledged=True)])
    found = {line.endpoint: line for line in lines(ids)}
    assert list(found) == ["CRM", "ERP"]
    done, waits = found["CRM"], found["ERP"]
    assert (done.state, done.required, done.attempts, done.last_status) == (
        *("acknowledged", True, 1, 200),
    )
    assert done.seconds is not None
    assert done.usual_seconds == pytest.approx(done.seconds)
    assert (waits.state, waits.required, waits.usual_seconds, waits.late_since) == (
        *("waiting", False, None, None),
    )


def test_the_usual_time_is_the_95th_percentile_of_the_last_hundred() -> None:
    endpoint("ERP")
    took("ERP", *([50.0] * 20), *[n / 10 for n in range(1, 101)])
    (line,) = lines(happen(1))
    assert line.usual_seconds == pytest.approx(9.5)


def test_late_is_said_only_past_the_usual_time() -> None:
    endpoint("ERP")
    took("ERP", 60.0)
    ids = happen(1)
    (line,) = lines(ids)
    assert line.late_since is None
    with as_system():
        Delivery.objects.filter(event_id=ids[0]).update(
            created_at=datetime.now(UTC) - timedelta(seconds=90)
        )
    (line,) = lines(ids)
    assert line.late_since == line.created_at + timedelta(seconds=60)


def test_people_of_an_account_see_the_usual_time_without_seeing_others_deliveries() -> None:
    endpoint("ERP")
    took("ERP", 2.0)
    ids = happen(1)
    with as_system():
        Delivery.objects.filter(event_id=ids[0]).update(account_id=7)
    with seeing(Actor(person_id=1, door="portal", accounts=(7,))):
        assert Delivery.objects.count() == 1
        ((line,),) = progress(ids).values()
    assert line.usual_seconds == pytest.approx(2.0)
    with seeing(Actor(person_id=1, door="portal", accounts=(8,))):
        assert progress(ids) == {}


def test_what_waits_behind_a_failure_has_no_next_try_of_its_own() -> None:
    endpoint("ERP")
    ids = happen(1, 2)
    (first,) = claims.turn([], {})
    claims.mark([outcome(first, acknowledged=False)])
    parked, behind = sorted(lines(ids), key=lambda line: line.delivery_id)
    assert (parked.state, parked.next_try_at, parked.last_error) == (
        *("parked", None, "answered 500"),
    )
    assert (behind.state, behind.held_back, behind.next_try_at) == ("waiting", True, None)


def test_progress_of_many_takes_as_many_statements_as_of_one() -> None:
    endpoint("ERP")
    ids = [id for subject in range(20) for id in happen(subject)]
    counts = []
    for some in (ids[:1], ids):
        with as_system(), CaptureQueriesContext(connection) as queries:
            progress(some)
        counts.append(len(queries))
    assert counts == [2, 2]


def parked_delivery() -> Delivery:
    endpoint("ERP")
    happen(1, 2)
    (first,) = claims.turn([], {})
    assert claims.turn([outcome(first, acknowledged=False)], {}) == []
    with as_system():
        return Delivery.objects.get(pk=first.id)


def test_waiving_settles_it_journals_it_and_lets_the_next_one_go() -> None:
    parked = parked_delivery()
    waived = waive(parked, by=OPERATIONS, reason="The ERP was\ntold by hand.")
    assert waived.state == "waived"
    (following,) = claims.turn([], {})
    assert following.id != parked.pk
    with as_system():
        event = Event.objects.get(type="delivery.waived")
    assert event.actor_id == 1
    assert b"The ERP was told by hand." in bytes(event.body)


def test_waiving_is_refused_for_whom_when_and_without_why() -> None:
    parked = parked_delivery()
    agent = Actor(person_id=1, door="console", vendor_roles=("support_agent",))
    for by, reason, code in (
        (agent, "Why not.", "not_permitted"),
        (Actor.system(), "Why not.", "not_permitted"),
        (OPERATIONS, " \n", "reason_missing"),
    ):
        with pytest.raises(Refused) as refused:
            waive(parked, by=by, reason=reason)
        assert (refused.value.code, bool(str(refused.value))) == (code, True)
    waive(parked, by=OPERATIONS, reason="Told by hand.")
    with pytest.raises(Refused) as refused:
        waive(parked, by=OPERATIONS, reason="Told by hand.")
    assert refused.value.code == "already_settled"
