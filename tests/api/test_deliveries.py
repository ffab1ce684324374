"""Deliveries through the API: the log, telling again, and excusing."""

import json
from typing import Any

import pytest

from ofrecord.delivery import claims
from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Delivery
from ofrecord.delivery.replay import replay as told_again
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from tests.api.systems import Systems, said
from tests.cast import Cast
from tests.delivery.test_keeping import failed

OPAL = {"on_behalf_of": "opal@example.com", "reason": "Entered by hand."}


@pytest.fixture
def waiting(cast: Cast, systems: Systems) -> dict[str, Any]:
    """The delivery of an applied change to a required system that is not there."""
    body = {"name": "CRM", "url": "http://127.0.0.1:9/", "required": True}
    assert systems.vendor.post("/endpoints", body).status_code == 201
    cast.change(cast.contract())
    page = said(systems.vendor.get("/deliveries?type=partner_change.applied"))
    (delivery,) = page["deliveries"]
    return dict(delivery)


def of_events(type: str) -> list[dict[str, Any]]:
    with as_system():
        found = Event.objects.filter(stream="endpoint", type=type)
        return [json.loads(bytes(each.body))["data"] for each in found]


def test_a_delivery_shows_its_tries_with_the_signature_masked(
    systems: Systems, waiting: dict[str, Any]
) -> None:
    mine = [each for each in claims.turn([], {}) if each.id == waiting["id"]]
    claims.mark([failed(each) for each in mine])
    shown = said(systems.vendor.get(f"/deliveries/{waiting['id']}"))
    (tried,) = shown["tries"]
    assert (shown["event"], shown["attempts"]) == (waiting["event"], 1)
    assert (tried["status"], tried["error"]) == (500, "answered 500")
    assert tried["headers"]["webhook-signature"] == "v1,••••••••"


def test_the_list_is_narrowed_and_goes_on(
    cast: Cast, systems: Systems, waiting: dict[str, Any]
) -> None:
    def found(query: str) -> list[int]:
        page = said(systems.vendor.get(f"/deliveries?{query}"))
        return [each["id"] for each in page["deliveries"]]

    cast.change(cast.contract())
    everything = found("")
    assert waiting["id"] == everything[-1]
    assert found(f"agreement={waiting['subject']}&endpoint=CRM&state=waiting") == [waiting["id"]]
    assert found("type=partner_change.*") == found("type=*") == everything
    assert found("type=endpoint.test") == found("agreement=409999999999") == []
    assert found("endpoint=Nobody") == found("state=parked") == []
    first = said(systems.vendor.get("/deliveries?limit=1"))
    rest = found(f"cursor={first['next_cursor']}")
    assert [first["deliveries"][0]["id"], *rest] == everything


def test_one_event_is_sent_again_once_for_each_key(
    systems: Systems, waiting: dict[str, Any]
) -> None:
    path = f"/deliveries/{waiting['id']}/replay"
    first = systems.vendor.call("POST", path, Idempotency_Key="k")
    again = systems.vendor.call("POST", path, Idempotency_Key="k")
    assert (first.status_code, again.content) == (200, first.content)
    assert (said(first)["id"], said(first)["replayed"]) == (waiting["id"], False)
    assert len(of_events("delivery.replayed")) == 1


def test_what_was_settled_is_told_again_by_a_delivery_of_its_own(
    systems: Systems, waiting: dict[str, Any]
) -> None:
    path = f"/deliveries/{waiting['id']}"
    assert systems.vendor.post(f"{path}/waiver", OPAL).status_code == 200
    new = said(systems.vendor.call("POST", f"{path}/replay"))
    assert new["id"] != waiting["id"]
    assert (new["replayed"], new["required"], new["event"]) == (True, False, waiting["event"])


def test_a_person_of_the_vendor_excuses_a_system_and_the_journal_names_both(
    cast: Cast, systems: Systems, waiting: dict[str, Any]
) -> None:
    path = f"/deliveries/{waiting['id']}/waiver"
    answer = systems.vendor.post(path, OPAL)
    assert (answer.status_code, said(answer)["state"]) == (200, "waived")
    (told,) = of_events("delivery.waived")
    assert told["by"]["on_behalf_of"] == cast.people["opal"].pk
    assert (told["by"]["client"], told["by"]["door"]) == (systems.vendor.client.client_id, "api")
    again = systems.vendor.post(path, OPAL)
    assert (again.status_code, said(again)["code"]) == (409, "already_settled")


@pytest.mark.parametrize(
    ("person", "code"),
    [("aude", "not_permitted"), ("pia", "not_permitted"), ("nobody", "person_unknown")],
)
def test_nobody_else_excuses_one(
    systems: Systems, waiting: dict[str, Any], person: str, code: str
) -> None:
    body = {**OPAL, "on_behalf_of": f"{person}@example.com"}
    answer = systems.vendor.post(f"/deliveries/{waiting['id']}/waiver", body)
    assert (answer.status_code, said(answer)["code"]) == (403, code)
    with as_system():
        assert Delivery.objects.get(pk=waiting["id"]).state == "waiting"


def test_a_system_alone_excuses_none(systems: Systems, waiting: dict[str, Any]) -> None:
    body = {"reason": "Entered by hand."}
    answer = systems.vendor.post(f"/deliveries/{waiting['id']}/waiver", body)
    assert said(answer)["errors"][0]["where"] == "body.on_behalf_of"


def test_a_test_and_what_went_to_a_removed_system_are_not_sent_again(
    systems: Systems, waiting: dict[str, Any]
) -> None:
    (crm,) = said(systems.vendor.get("/endpoints"))["endpoints"]
    systems.vendor.call("POST", f"/endpoints/{crm['id']}/test-event")
    (test,) = said(systems.vendor.get("/deliveries?type=endpoint.test"))["deliveries"]
    refused = systems.vendor.call("POST", f"/deliveries/{test['id']}/replay")
    assert (refused.status_code, said(refused)["code"]) == (409, "test_not_replayed")
    systems.vendor.post(f"/endpoints/{crm['id']}/removal", {"reason": "Replaced."})
    gone = systems.vendor.call("POST", f"/deliveries/{waiting['id']}/replay")
    assert (gone.status_code, said(gone)["code"]) == (409, "endpoint_removed")


def test_the_terminal_sees_what_the_api_did(
    systems: Systems, waiting: dict[str, Any], type_in: Any
) -> None:
    with as_system():
        told_again(Delivery.objects.get(pk=waiting["id"]), by=Actor.system("cli"))
    listed = said(systems.vendor.get("/deliveries"))["deliveries"]
    typed = type_in("delivery", "list", "--json")["deliveries"]
    assert [each["id"] for each in listed] == [each["id"] for each in typed]
