"""What comes in is read strictly; what goes out is whole, tagged, and a problem when it is one."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ofrecord.journal import clock
from tests.api.systems import Systems, call, said
from tests.cast import Cast
from tests.databases import Copy

WISH = {
    "agreements": ["400000000001"],
    "partner": "7200000002",
    "on_behalf_of": "pia@example.com",
    "reason": "Closer to us.",
}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid"),
        (b"{", 400, "body_unusable"),
        (b"\xff", 400, "body_unusable"),
        (b'{"agreements": NaN}', 400, "body_unusable"),
        (b'{"partner": "1", "partner": "2"}', 400, "body_unusable"),
        (b"[" * 100_000, 400, "body_unusable"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        ({**WISH, "state": "complete"}, 422, "invalid"),
        ({**WISH, "agreements": []}, 422, "invalid"),
        ({**WISH, "agreements": "400000000001"}, 422, "invalid"),
        ({**WISH, "agreements": [400000000001]}, 422, "invalid"),
        ({**WISH, "agreements": ["a"] * 10_001}, 422, "invalid"),
        ({**WISH, "reason": " "}, 422, "invalid"),
        ({**WISH, "reason": "a\x00b"}, 422, "invalid"),
        ({**WISH, "reason": "\ud800"}, 422, "invalid"),
        ({**WISH, "all_or_nothing": "yes"}, 422, "invalid"),
        ({**WISH, "effective_on": 20261122}, 422, "invalid"),
        ({**WISH, "effective_on": "2026-02-30"}, 422, "invalid"),
        ({**WISH, "effective_on": "2020-01-01"}, 409, "effective_in_past"),
        (b'{"reason": "' + b"x" * 3_000_000 + b'"}', 413, "body_too_large"),
    ],
    ids=str,
)
def test_a_body_that_is_not_as_documented_is_refused(
    cast: Cast, systems: Systems, body: Any, status: int, code: str
) -> None:
    cast.contract()
    answer = systems.alder.post("/partner-changes", body)
    assert (answer.status_code, said(answer)["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_another_media_type_is_refused(cast: Cast, systems: Systems) -> None:
    from django.test import Client

    answer = Client().generic(
        "POST",
        "/api/v1/partner-changes",
        json.dumps(WISH),
        "text/plain",
        headers={"Authorization": f"Bearer {systems.alder.token}"},
    )
    assert (answer.status_code, said(answer)["code"]) == (415, "media_type_unsupported")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=1.0", "limit=x", "colour=red", "account=a%00b", "ends_to=1"],
)
def test_a_query_that_is_not_as_documented_is_refused(
    cast: Cast, systems: Systems, query: str
) -> None:
    answer = systems.alder.get(f"/agreements?{query}")
    assert (answer.status_code, said(answer)["code"]) == (422, "invalid")
    assert said(answer)["errors"][0]["where"] == f"query.{query.partition('=')[0]}"


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_another_method_is_refused_and_told_which_there_are(
    cast: Cast, systems: Systems, method: str
) -> None:
    answer = systems.alder.call(method, "/partner-changes")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_head_answers_as_get_does_without_the_body(cast: Cast, systems: Systems) -> None:
    path = f"/agreements/{cast.contract()}"
    whole, head = systems.alder.get(path), systems.alder.call("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "RateLimit-Policy"):
        assert head.headers[name] == whole.headers[name]
    known = systems.alder.call("HEAD", path, If_None_Match=whole.headers["ETag"])
    absent = systems.alder.call("HEAD", "/agreements/409999999999")
    unsafe = systems.alder.call("HEAD", "/eligibility-checks")
    assert [each.status_code for each in (known, absent, unsafe)] == [304, 404, 405]
    assert unsafe.headers["Allow"] == "POST"
    assert call("HEAD", path).status_code == 401


@pytest.mark.parametrize("path", ["/", "/nothing", "/agreements/", "/agreements/1/2/3"])
def test_an_address_that_there_is_not_is_a_problem_too(
    cast: Cast, systems: Systems, path: str
) -> None:
    answer = systems.alder.get(path)
    assert (answer.status_code, said(answer)["code"]) == (404, "not_found")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer \xe9"])
def test_a_token_that_is_none_is_refused(cast: Cast, header: str) -> None:
    answer = call("GET", "/agreements", Authorization=header)
    assert (answer.status_code, said(answer)["code"]) == (401, "token_unusable")


def test_every_answer_names_the_request(cast: Cast, systems: Systems) -> None:
    answer = systems.alder.get("/nothing", X_Request_ID="caller-000001")
    assert answer.headers["X-Request-ID"] == "caller-000001"
    assert said(answer)["request_id"] == "caller-000001"


def test_a_resource_that_is_known_is_not_sent_again(cast: Cast, systems: Systems) -> None:
    path = f"/agreements/{cast.contract()}"
    first = systems.alder.get(path)
    again = systems.alder.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    cast.change(path.rpartition("/")[2])
    moved = systems.alder.get(path, If_None_Match=first.headers["ETag"])
    assert moved.status_code == 200
    assert moved.headers["ETag"] != first.headers["ETag"]


def test_a_refusal_says_all_that_stands_against_it(cast: Cast, systems: Systems) -> None:
    reference = cast.contract(days=20, auto_renew=True)
    body = {**WISH, "agreements": [reference]}
    answer = systems.alder.post("/partner-changes", body)
    codes = [verdict["code"] for verdict in said(answer)["verdicts"]]
    assert (answer.status_code, codes) == (409, ["auto_renews", "near_expiration"])
    assert said(answer)["code"] == codes[0]


@pytest.mark.parametrize(
    ("path", "name", "key"),
    [
        ("/agreements", "agreements", "agreement"),
        ("/partner-changes", "changes", "number"),
        ("/partners", "partners", "account_number"),
        ("/accounts", "accounts", "account_number"),
    ],
)
def test_pages_go_on_where_they_ended_though_the_list_grows(
    cast: Cast, systems: Systems, path: str, name: str, key: str
) -> None:
    for _ in range(4):
        cast.change(cast.contract())
    whole = [each[key] for each in said(systems.vendor.get(path))[name]]
    found: list[str] = []
    going_on: str | None = ""
    while going_on is not None:
        page = said(systems.vendor.get(f"{path}?limit=1{going_on}"))
        found += [each[key] for each in page[name]]
        going_on = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        if len(found) == 2 and path == "/partner-changes":
            cast.change(cast.contract())
    assert found == whole


def test_filters_narrow_the_list(cast: Cast, systems: Systems) -> None:
    contract, subscription = cast.contract(), cast.subscription()
    moved = cast.contract(days=300)
    cast.change(moved)

    def found(query: str) -> list[str]:
        page = said(systems.alder.get(f"/agreements?{query}"))
        return [each["agreement"] for each in page["agreements"]]

    assert found("purchasing_model=subscription") == [subscription]
    assert found(f"partner={cast.gorse.account_number}") == [moved]
    assert found(f"partner={cast.larkspur.account_number}") == [contract, subscription]
    assert found("ends_from=2999-01-01") == []
    assert found("ends_to=2999-01-01") == [contract, moved, subscription]


def test_who_was_partner_of_record_then_and_as_known_then(cast: Cast, systems: Systems) -> None:
    reference = cast.contract()
    path = f"/agreements/{reference}/partners-of-record"
    before = said(systems.alder.get(path))["as_of"].replace("+", "%2B")
    cast.change(reference)
    now = said(systems.alder.get(path))
    then = said(systems.alder.get(f"{path}?as_of={before}"))
    known = said(systems.alder.get(f"{path}?known_at={before}"))
    names = [[each["name"] for each in answer["partners_of_record"]] for answer in (now, then)]
    assert names == [["Gorse Digital"], ["Larkspur Systems"]]
    assert [each["name"] for each in known["partners_of_record"]] == ["Larkspur Systems"]


def test_what_will_be_known_is_not_told_and_what_is_still_recorded_is_not_final(
    fresh_database: Copy, fresh_cast: Cast, fresh_systems: Systems
) -> None:
    path = f"/agreements/{fresh_cast.contract()}/partners-of-record"
    today = clock.today()
    later = fresh_systems.alder.get(f"{path}?known_at={today + timedelta(days=1)}")
    assert (later.status_code, said(later)["code"]) == (409, "known_at_in_future")
    assert said(fresh_systems.alder.get(f"{path}?known_at={today}"))["known_at"] is None
    assert said(fresh_systems.alder.get(path))["final"] is True
    with psycopg.connect(fresh_database.url) as writer:
        writer.execute("SELECT pg_current_xact_id()")
        assert said(fresh_systems.alder.get(path))["final"] is False
        past = f"{path}?known_at={today - timedelta(days=2)}"
        assert said(fresh_systems.alder.get(past))["final"] is True


@pytest.mark.parametrize(
    "instant",
    ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"],
)
def test_the_ends_of_the_calendar_are_instants_too(
    cast: Cast, systems: Systems, instant: str
) -> None:
    path = f"/agreements/{cast.contract()}/partners-of-record"
    assert systems.alder.get(f"{path}?as_of={instant}").status_code == 200
    known = systems.alder.get(f"{path}?known_at={instant}")
    assert known.status_code == (409 if instant.startswith("9999") else 200)
    if "T" in instant:
        asked = f"/partner-changes?submitted_since={instant}"
        assert systems.alder.get(asked).status_code == 200


def test_a_check_says_what_the_terminal_says(cast: Cast, systems: Systems, type_in: Any) -> None:
    references = [cast.contract(), cast.contract(days=20), "409999999999"]
    body = {"agreements": references, "partner": "7200000002"}
    answer = systems.vendor.post("/eligibility-checks", body)
    typed = type_in("change", "check", *references, "--partner", "7200000002", "--json")
    assert said(answer) == typed


def test_a_look_up_is_exact_journaled_and_limited(
    cast: Cast, systems: Systems, settings: Any
) -> None:
    reference = cast.contract()
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 2
    path = "/partners/{}?agreement=" + reference
    statuses = [
        systems.alder.get(path.format(number)).status_code
        for number in ("7200000002", "7200000009", "7200000003")
    ]
    assert statuses == [200, 404, 429]
    events = said(systems.vendor.get("/agreements/" + reference + "/events"))["events"]
    assert events
    assert systems.alder.get("/partners/7200000002").status_code == 409
