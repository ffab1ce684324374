"""Endpoints through the API: added, changed, paused, given new secrets, told again, removed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from ofrecord.changes.models import Request
from ofrecord.cli.verify import verify
from ofrecord.delivery import signing
from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Delivery, DeliveryState, Endpoint
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import HELD_BY
from tests.api.systems import Answer, Systems, said, system
from tests.cast import Cast

URL = "http://127.0.0.1:9/"
CRM = {"name": "CRM", "url": URL, "required": True}


def added(systems: Systems, **given: Any) -> dict[str, Any]:
    answer = systems.vendor.post("/endpoints", {**CRM, **given})
    assert answer.status_code == 201, answer.content
    return dict(said(answer))


def acted() -> list[tuple[str, Any]]:
    """What the journal tells of endpoints, each with the system that did it."""
    with as_system():
        found = Event.objects.filter(stream="endpoint").order_by("recorded_at", "sequence")
        bodies = [json.loads(bytes(each.body)) for each in found]
    return [(body["type"], body["data"]["by"]["client"]) for body in bodies]


def secret_of(id: int) -> bytes:
    with as_system():
        return bytes(Endpoint.objects.get(pk=id).secret)


def signature(kept: bytes) -> str:
    signed = signing.headers([kept], UUID(int=0), b"{}", datetime(2026, 3, 2, tzinfo=UTC))
    return signed["webhook-signature"]


def problem(answer: Answer) -> tuple[int, str, list[str]]:
    """Status, code, and the fields that it is about."""
    told = said(answer)
    return answer.status_code, told["code"], [each["where"] for each in told.get("errors", ())]


def test_a_system_is_added_with_a_secret_of_its_own_and_is_found_where_it_says(
    cast: Cast, systems: Systems
) -> None:
    answer = systems.vendor.post("/endpoints", CRM)
    new = said(answer)
    assert (answer.status_code, new["secret"][:6]) == (201, "whsec_")
    assert answer.headers["Location"] == f"/api/v1/endpoints/{new['id']}"
    shown = said(systems.vendor.get(f"/endpoints/{new['id']}"))
    assert shown == {name: each for name, each in new.items() if name != "secret"}
    assert shown["types"] == ["partner_change.*"]
    assert signature(secret_of(new["id"])) == signature(signing.encrypted(new["secret"]))
    assert acted() == [("endpoint.added", systems.vendor.client.client_id)]


def test_the_secret_comes_again_for_the_same_request_and_lies_nowhere_in_clear(
    cast: Cast, systems: Systems
) -> None:
    first = systems.vendor.post("/endpoints", CRM, Idempotency_Key="k")
    again = systems.vendor.post("/endpoints", CRM, Idempotency_Key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    with seeing(Actor.system()):
        kept = bytes(Request.objects.get(key="k").answer or b"")
    assert said(first)["secret"].encode() not in kept
    assert b"CRM" not in kept
    assert said(systems.vendor.get("/endpoints"))["endpoints"][0].keys().isdisjoint({"secret"})


@pytest.mark.parametrize(
    ("given", "status", "code", "where"),
    [
        ({"url": "http://169.254.169.254/latest"}, 409, "address_refused", "body.url"),
        ({"url": "https://0x7f000001/"}, 409, "address_refused", "body.url"),
        ({"url": "https://[::ffff:169.254.1.1]/"}, 409, "address_refused", "body.url"),
        ({"url": "https://somebody:secret@example.com/"}, 409, "url_unusable", "body.url"),
        ({"url": "ftp://example.com/"}, 422, "invalid", "body.url"),
        ({"name": "\u200b"}, 409, "name_unusable", "body.name"),
        ({"name": "a" * 81}, 422, "invalid", "body.name"),
        ({"types": ["*"]}, 422, "invalid", "body.types.0"),
        ({"types": []}, 422, "invalid", "body.types"),
        ({"secret": "whsec_mine"}, 422, "invalid", "body.secret"),
    ],
    ids=str,
)
def test_what_cannot_be_an_endpoint_is_refused_beside_the_field(
    cast: Cast, systems: Systems, given: dict[str, Any], status: int, code: str, where: str
) -> None:
    answer = systems.vendor.post("/endpoints", {**CRM, **given})
    assert problem(answer) == (status, code, [where])
    assert said(systems.vendor.get("/endpoints"))["endpoints"] == []


def test_addresses_inside_are_refused_where_the_vendor_does_not_allow_them(
    cast: Cast, systems: Systems, settings: Any
) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = False
    id = added(systems, url="https://crm.example.com/")["id"]
    for path, method in (("/endpoints", "POST"), (f"/endpoints/{id}", "PATCH")):
        body = {**CRM, "name": "ERP", "url": "https://10.1.2.3/"}
        asked = body if method == "POST" else {"url": body["url"]}
        answer = systems.vendor.call(method, path, asked)
        assert problem(answer) == (409, "address_refused", ["body.url"])


def test_a_name_is_given_once(cast: Cast, systems: Systems) -> None:
    added(systems)
    first = systems.vendor.post("/endpoints", CRM, Idempotency_Key="k")
    assert problem(first) == (409, "name_taken", ["body.name"])
    assert systems.vendor.post("/endpoints", CRM, Idempotency_Key="k").content == first.content


def test_what_is_given_is_changed_and_the_rest_stays(cast: Cast, systems: Systems) -> None:
    id = added(systems)["id"]
    answer = systems.vendor.call("PATCH", f"/endpoints/{id}", {"types": ["agreement.loaded"]})
    shown = said(answer)
    assert (answer.status_code, shown["types"]) == (200, ["agreement.loaded"])
    assert (shown["url"], shown["required"]) == (URL, True)
    moved = systems.vendor.call("PATCH", f"/endpoints/{id}", {"url": f"{URL}2", "required": False})
    assert (said(moved)["url"], said(moved)["required"]) == (f"{URL}2", False)
    assert [type for type, _ in acted()] == [
        "endpoint.added",
        "endpoint.changed",
        "endpoint.moved",
        "endpoint.changed",
    ]


def test_an_endpoint_is_called_otherwise_by_a_name_that_no_other_has(
    cast: Cast, systems: Systems
) -> None:
    id = added(systems)["id"]
    other = added(systems, name="ERP")["id"]
    renamed = systems.vendor.call("PATCH", f"/endpoints/{id}", {"name": " Our  CRM "})
    assert (renamed.status_code, said(renamed)["name"]) == (200, "Our CRM")
    taken = systems.vendor.call("PATCH", f"/endpoints/{other}", {"name": "Our CRM"})
    assert problem(taken) == (409, "name_taken", ["body.name"])
    assert [type for type, _ in acted()] == ["endpoint.added"] * 2 + ["endpoint.changed"]
    with as_system():
        event = Event.objects.get(type="endpoint.changed")
    told = json.loads(bytes(event.body))["data"]
    assert (told["name"], told["before"]["name"]) == ("Our CRM", "CRM")
    assert said(systems.vendor.get(f"/endpoints/{other}"))["name"] == "ERP"


def test_an_act_on_what_was_read_is_refused_when_it_moved(cast: Cast, systems: Systems) -> None:
    path = f"/endpoints/{added(systems)['id']}"
    read = systems.vendor.get(path).headers["ETag"]
    change = {"required": False}
    assert systems.vendor.call("PATCH", path, change, If_Match=read).status_code == 200
    for method, act, body in (
        ("PATCH", "", change),
        ("POST", "/pause", {"reason": "It moves."}),
        ("DELETE", "/pause", None),
        ("POST", "/rotation", {}),
        ("POST", "/test-event", None),
        ("POST", "/replays", {"since": "2026-01-01T00:00:00Z"}),
        ("POST", "/removal", {"reason": "Replaced."}),
    ):
        stale = systems.vendor.call(method, path + act, body, If_Match=read)
        assert (stale.status_code, said(stale)["code"]) == (412, "moved_meanwhile"), act
    assert [type for type, _ in acted()] == ["endpoint.added", "endpoint.changed"]


def test_a_paused_system_is_resumed_and_the_state_says_so(cast: Cast, systems: Systems) -> None:
    path = f"/endpoints/{added(systems)['id']}/pause"
    paused = systems.vendor.post(path, {"reason": "It moves."}, Idempotency_Key="k")
    again = systems.vendor.post(path, {"reason": "It moves."}, Idempotency_Key="k")
    assert again.content == paused.content
    assert (said(paused)["paused_reason"], bool(said(paused)["paused_at"])) == ("It moves.", True)
    assert problem(systems.vendor.post(path, {"reason": "Again."}))[1] == "already_paused"
    tested = systems.vendor.call("POST", path.replace("pause", "test-event"))
    assert problem(tested)[:2] == (409, "endpoint_paused")
    resumed = systems.vendor.call("DELETE", path)
    assert (resumed.status_code, said(resumed)["paused_at"]) == (200, None)
    assert problem(systems.vendor.call("DELETE", path))[1] == "not_paused"


def test_a_new_secret_signs_and_the_old_one_signs_along(cast: Cast, systems: Systems) -> None:
    new = added(systems)
    before = secret_of(new["id"])
    path = f"/endpoints/{new['id']}/rotation"
    first = systems.vendor.post(path, {"overlap_hours": 2}, Idempotency_Key="k")
    again = systems.vendor.post(path, {"overlap_hours": 2}, Idempotency_Key="k")
    assert (first.status_code, again.content) == (200, first.content)
    given = said(first)
    assert given["secret"] != new["secret"]
    assert signature(secret_of(new["id"])) == signature(signing.encrypted(given["secret"]))
    with as_system():
        assert bytes(Endpoint.objects.get(pk=new["id"]).old_secret or b"") == before
    until = datetime.fromisoformat(given["old_secret_until"])
    assert timedelta(hours=1) < until - datetime.now(UTC) < timedelta(hours=3)
    assert problem(systems.vendor.post(path, {"overlap_hours": 169}))[2] == ["body.overlap_hours"]
    assert [type for type, _ in acted()] == ["endpoint.added", "endpoint.secret_rotated"]


def test_a_test_is_on_its_way_and_shows_among_the_deliveries(cast: Cast, systems: Systems) -> None:
    id = added(systems)["id"]
    sent = systems.vendor.call("POST", f"/endpoints/{id}/test-event")
    (delivery,) = said(systems.vendor.get("/deliveries"))["deliveries"]
    assert sent.status_code == 201
    assert (delivery["event"], delivery["type"]) == (said(sent)["event"], "endpoint.test")


def test_a_range_of_time_is_told_again_also_from_before_it_was_added(
    cast: Cast, systems: Systems
) -> None:
    cast.change(cast.contract())
    id = added(systems)["id"]
    body = {"since": "2020-01-01T00:00:00+02:00"}
    first = systems.vendor.post(f"/endpoints/{id}/replays", body, Idempotency_Key="k")
    again = systems.vendor.post(f"/endpoints/{id}/replays", body, Idempotency_Key="k")
    assert (first.status_code, again.content) == (201, first.content)
    told = said(first)
    listed = said(systems.vendor.get("/deliveries"))["deliveries"]
    assert (told["reopened"], told["repeated"]) == (0, len(listed))
    assert {(each["type"].partition(".")[0], each["replayed"]) for each in listed} == {
        ("partner_change", True)
    }
    none = systems.vendor.post(f"/endpoints/{id}/replays", {**body, "types": ["agreement.loaded"]})
    assert said(none)["repeated"] == 0
    backwards = {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    refused = systems.vendor.post(f"/endpoints/{id}/replays", backwards)
    assert problem(refused) == (409, "range_unusable", ["body.until"])


def test_what_was_removed_is_told_of_nothing_and_shows_on_request(
    cast: Cast, systems: Systems
) -> None:
    id = added(systems)["id"]
    cast.change(cast.contract())
    removed = systems.vendor.post(f"/endpoints/{id}/removal", {"reason": "Replaced."})
    assert (said(removed)["active"], said(removed)["removed_reason"]) == (False, "Replaced.")
    with as_system():
        states = set(Delivery.objects.values_list("state", flat=True))
    assert states == {DeliveryState.WAIVED}
    again = systems.vendor.call("PATCH", f"/endpoints/{id}", {"required": False})
    assert problem(again)[:2] == (409, "endpoint_removed")
    assert said(systems.vendor.get(f"/endpoints/{id}"))["active"] is False
    new = added(systems)

    def listed(query: str) -> list[int]:
        return [each["id"] for each in said(systems.vendor.get(f"/endpoints{query}"))["endpoints"]]

    assert (listed(""), listed("?active=true")) == ([new["id"]], [new["id"]])
    assert listed("?active=false") == [id]
    assert problem(systems.vendor.get("/endpoints?active=1"))[2] == ["query.active"]


def test_after_all_that_is_done_through_the_api_verify_finds_nothing(
    cast: Cast, systems: Systems
) -> None:
    path = f"/endpoints/{added(systems)['id']}"
    reference = cast.contract()
    cast.change(reference)
    (applied,) = said(systems.vendor.get("/deliveries"))["deliveries"]
    person = {"on_behalf_of": "opal@example.com", "reason": "Entered by hand."}
    for place, (method, where, body) in enumerate(
        (
            ("POST", "/endpoints", {**CRM, "name": "ERP"}),
            ("POST", f"{path}/rotation", {}),
            ("POST", f"{path}/pause", {"reason": "It moves."}),
            ("DELETE", f"{path}/pause", None),
            ("PATCH", path, {"url": f"{URL}2", "required": False}),
            ("POST", f"{path}/test-event", None),
            ("POST", f"/deliveries/{applied['id']}/replay", None),
            ("POST", f"/deliveries/{applied['id']}/waiver", person),
            ("POST", f"{path}/replays", {"since": "2020-01-01T00:00:00Z"}),
            (
                "POST",
                f"/agreements/{reference}/lock",
                {**person, "on_behalf_of": "pia@example.com"},
            ),
            ("POST", f"{path}/removal", {"reason": "Replaced."}),
        )
    ):
        answer = systems.vendor.call(method, where, body, Idempotency_Key=f"k{place}")
        assert answer.status_code in (200, 201), answer.content
    assert [each.name for each in verify() if each.violations] == []


@pytest.mark.parametrize("scopes", [["endpoints:read"], ["changes:write", "endpoints:read"]])
def test_reading_endpoints_gives_no_right_to_change_them(
    cast: Cast, systems: Systems, scopes: list[str]
) -> None:
    id = added(systems)["id"]
    reader = system("Dashboard", "vendor", scopes)
    assert reader.get(f"/endpoints/{id}").status_code == 200
    for method, path, body in (
        ("POST", "/endpoints", {**CRM, "name": "ERP"}),
        ("PATCH", f"/endpoints/{id}", {"required": False}),
        ("POST", f"/endpoints/{id}/rotation", {}),
        ("POST", f"/endpoints/{id}/removal", {"reason": "Replaced."}),
    ):
        assert problem(reader.call(method, path, body))[:2] == (403, "scope_missing")
    assert [type for type, _ in acted()] == ["endpoint.added"]


def test_only_the_vendors_systems_can_be_given_endpoints() -> None:
    assert "endpoints:write" in HELD_BY["vendor"]
    assert "endpoints:write" not in {*HELD_BY["account"], *HELD_BY["partner"]}
