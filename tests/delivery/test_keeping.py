"""Endpoints through their life: changed, paused, resumed, given new secrets, tested, removed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ofrecord.delivery import claims
from ofrecord.delivery.change import change_endpoint
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.pause import pause, resume
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.remove import remove
from ofrecord.delivery.rotate import rotate
from ofrecord.delivery.sending import Claim, Outcome
from ofrecord.delivery.trial import send_test
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from tests.delivery.running import happen, states

pytestmark = pytest.mark.django_db
TERMINAL = Actor.system("cli")
URL = "http://127.0.0.1:9/"


def endpoint(name: str = "CRM", **given: Any) -> Endpoint:
    return add_endpoint(URL, name, **{"required": True, "by": TERMINAL, **given})[0]


def known(name: str = "CRM") -> Endpoint:
    return Endpoint.objects.filter(name=name).latest("pk")


def claim() -> list[Claim]:
    return claims.turn([], {})


def failed(claimed: Claim, status: int = 500, retry_in: float | None = 3600) -> Outcome:
    said = f"answered {status}"
    return Outcome(claimed, False, datetime.now(UTC), 7, status, "", said, retry_in)


def told() -> list[str]:
    with as_system():
        found = Event.objects.filter(stream="endpoint").order_by("recorded_at")
        return list(found.values_list("type", flat=True))


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_paused_endpoint_collects_and_hears_everything_in_order_when_it_is_resumed() -> None:
    endpoint()
    pause("CRM", by=TERMINAL, reason="Migration of the CRM")
    happen(1, 2)
    assert claim() == []
    assert (known().paused_reason, states()) == ("Migration of the CRM", {"waiting": 2})
    resume("CRM", by=TERMINAL)
    (first,) = claim()
    with as_system():
        assert Event.objects.get(pk=first.event_id).sequence == 1
    assert told() == ["endpoint.added", "endpoint.paused", "endpoint.resumed"]


def test_resuming_tries_at_once_what_was_waiting_for_its_next_try() -> None:
    endpoint()
    happen(1)
    (claimed,) = claim()
    claims.mark([failed(claimed)])
    pause("CRM", by=TERMINAL, reason="Down")
    resume("CRM", by=TERMINAL)
    assert [each.id for each in claim()] == [claimed.id]


def test_an_endpoint_that_moves_is_tried_at_once_at_its_new_address() -> None:
    endpoint()
    happen(1)
    (claimed,) = claim()
    claims.mark([failed(claimed)])
    assert claim() == []
    change_endpoint("CRM", by=TERMINAL, url="http://127.0.0.1:10/")
    assert [each.url for each in claim()] == ["http://127.0.0.1:10/"]


def test_types_and_whether_it_is_required_count_from_now_on() -> None:
    endpoint()
    happen(1)
    change_endpoint("CRM", by=TERMINAL, types=["agreement.loaded"], required=False)
    happen(1)
    happen(1, kind="agreement.loaded")
    with as_system():
        rows = list(Delivery.objects.order_by("pk").values_list("event__type", "required"))
    assert rows == [("partner_change.applied", True), ("agreement.loaded", False)]
    change_endpoint("CRM", by=TERMINAL, types=["agreement.loaded"])
    assert told() == ["endpoint.added", "endpoint.changed"]


def test_what_waits_for_a_removed_endpoint_is_waived_with_the_reason_and_its_name_is_free() -> None:
    endpoint()
    happen(1, 2)
    (claimed,) = claim()
    gone = remove("CRM", by=TERMINAL, reason="Replaced")
    assert (gone.active, gone.removed_reason, bytes(gone.secret)) == (False, "Replaced", b"")
    with as_system():
        reasons = set(Delivery.objects.values_list("state", "waived_reason"))
    assert reasons == {("waived", "Replaced")}
    claims.mark([failed(claimed)])
    happen(1)
    assert states() == {"waived": 2}
    assert endpoint().pk != gone.pk


def test_while_secrets_overlap_both_sign_and_then_the_new_one_alone() -> None:
    endpoint()
    happen(1)
    before = bytes(known().secret)
    rotated, secret = rotate("CRM", by=TERMINAL, overlap=2)
    assert secret.startswith("whsec_")
    (claimed,) = claim()
    assert [bytes(each) for each in claimed.secrets] == [bytes(rotated.secret), before]
    with as_system():
        Delivery.objects.update(claimed_until=None)
        past = datetime.now(UTC) - timedelta(seconds=1)
        Endpoint.objects.update(old_secret_until=past)
    (claimed,) = claim()
    assert [bytes(each) for each in claimed.secrets] == [bytes(rotated.secret)]


def test_a_secret_can_end_at_once_and_no_more_than_two_ever_sign() -> None:
    endpoint()
    first, _secret = rotate("CRM", by=TERMINAL)
    second, _secret = rotate("CRM", by=TERMINAL)
    assert bytes(second.old_secret or b"") == bytes(first.secret)
    third, _secret = rotate("CRM", by=TERMINAL, overlap=0)
    assert (third.old_secret, third.old_secret_until) == (None, None)
    assert refusal(lambda: rotate("CRM", by=TERMINAL, overlap=169)) == "overlap_unusable"
    assert refusal(lambda: rotate("CRM", by=TERMINAL, overlap=-1)) == "overlap_unusable"


def test_a_test_goes_to_one_endpoint_alone_and_is_tried_once() -> None:
    mine, _other = endpoint(), endpoint("ERP", types=["endpoint.*"])
    happen(1)
    event = send_test("CRM", by=TERMINAL)
    with as_system():
        (made,) = Delivery.objects.filter(event=event)
        assert (made.endpoint_id, made.required) == (mine.pk, False)
    (tested,) = [each for each in claim() if each.event_id == event]
    assert (tested.kind, tuple(tested.steps)) == ("test", ())


def test_a_test_that_failed_holds_back_nothing() -> None:
    endpoint()
    send_test("CRM", by=TERMINAL)
    (tested,) = claim()
    claims.mark([failed(tested, retry_in=None)])
    send_test("CRM", by=TERMINAL)
    assert len(claim()) == 1


def test_a_receiver_that_is_gone_pauses_its_endpoint_with_a_reason_and_an_event() -> None:
    endpoint()
    happen(1, 2)
    happen(2)
    first, second = claim()
    claims.mark([failed(first, 410, 0.0)])
    assert "410" in known().paused_reason
    assert told() == ["endpoint.added", "endpoint.paused"]
    claims.mark([failed(second, 410, 0.0)])
    assert told() == ["endpoint.added", "endpoint.paused"]
    assert states() == {"waiting": 3}
    assert claim() == []
    resume("CRM", by=TERMINAL)
    assert len(claim()) == 2


def test_an_endpoint_that_has_moved_meanwhile_is_not_paused_for_its_old_address() -> None:
    endpoint()
    happen(1)
    (claimed,) = claim()
    change_endpoint("CRM", by=TERMINAL, url="http://127.0.0.1:10/")
    claims.mark([failed(claimed, 410, 0.0)])
    assert known().paused_at is None
    assert len(claim()) == 1


def test_every_act_has_its_refusals() -> None:
    endpoint()
    happen(1)
    assert refusal(lambda: pause("CRM", by=TERMINAL, reason=" ")) == "reason_missing"
    assert refusal(lambda: resume("CRM", by=TERMINAL)) == "not_paused"
    pause("CRM", by=TERMINAL, reason="Down")
    assert refusal(lambda: pause("CRM", by=TERMINAL, reason="Down")) == "already_paused"
    assert refusal(lambda: send_test("CRM", by=TERMINAL)) == "endpoint_paused"
    assert refusal(lambda: remove("CRM", by=TERMINAL, reason="")) == "reason_missing"
    change: dict[str, Any] = {"by": TERMINAL}
    assert refusal(lambda: change_endpoint("CRM", types=["*"], **change)) == "types_unusable"
    assert refusal(lambda: change_endpoint("CRM", url="http://2130706433/", **change)) == (
        "address_refused"
    )
    remove("CRM", by=TERMINAL, reason="Replaced")
    for act in (
        lambda: pause("CRM", by=TERMINAL, reason="Down"),
        lambda: resume("CRM", by=TERMINAL),
        lambda: rotate("CRM", by=TERMINAL),
        lambda: send_test("CRM", by=TERMINAL),
        lambda: change_endpoint("CRM", by=TERMINAL, required=False),
        lambda: remove("CRM", by=TERMINAL, reason="Twice"),
    ):
        assert refusal(act) == "endpoint_unknown"


@pytest.mark.parametrize("roles", [(), ("auditor",), ("support_agent",)])
def test_who_only_reads_changes_nothing(roles: tuple[str, ...]) -> None:
    endpoint()
    somebody = Actor(person_id=1, door="console", vendor_roles=roles)
    for act in (
        lambda: change_endpoint("CRM", by=somebody, required=False),
        lambda: pause("CRM", by=somebody, reason="Down"),
        lambda: resume("CRM", by=somebody),
        lambda: rotate("CRM", by=somebody),
        lambda: send_test("CRM", by=somebody),
        lambda: remove("CRM", by=somebody, reason="Mine"),
    ):
        assert refusal(act) == "not_permitted"
    assert told() == ["endpoint.added"]
