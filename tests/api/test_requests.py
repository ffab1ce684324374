"""Writes through the API: once for each key, with one stored answer."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from ofrecord.changes.models import PartnerChange, Request
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.api.systems import Answer, Systems, said
from tests.cast import Cast, bodies, of_record, types


def wish(*references: str, **given: Any) -> dict[str, Any]:
    return {
        "agreements": list(references),
        "partner": "7200000002",
        "on_behalf_of": "pia@example.com",
        "reason": "Closer to us.",
        **given,
    }


def made() -> int:
    with seeing(Actor.system()):
        return PartnerChange.objects.exclude(occasion="load").count()


def test_a_submit_changes_the_partner_and_is_found_where_it_says(
    cast: Cast, systems: Systems
) -> None:
    reference = cast.contract()
    answer = systems.alder.post("/partner-changes", wish(reference))
    assert answer.status_code == 201
    shown = said(systems.alder.get(answer.headers["Location"].removeprefix("/api/v1")))
    assert (shown["agreement"], shown["door"], shown["by"]) == (reference, "api", None)
    assert shown["on_behalf_of"]["email"] == "pia@example.com"
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}


@pytest.mark.parametrize(("required", "most"), [(True, 14), (False, 20)])
def test_a_submit_takes_no_more_statements_than_the_docs_say(
    cast: Cast, systems: Systems, required: bool, most: int
) -> None:
    """Those that docs/explanation/what-a-change-costs.md counts; a first one warms the caches."""
    add_endpoint("http://127.0.0.1:9/", "ERP", required=required, by=Actor.system("cli"))
    for reference in (cast.contract(), cast.contract()):
        with CaptureQueriesContext(connection) as sent:
            answer = systems.alder.post(
                "/partner-changes", wish(reference), Idempotency_Key=reference
            )
        assert answer.status_code == 201
    statements = [each["sql"] for each in sent if "SAVEPOINT" not in each["sql"]]
    assert len(statements) <= most, "\n\n".join(statements)


def test_the_journal_names_the_system_and_the_person_it_acted_for(
    cast: Cast, systems: Systems
) -> None:
    reference = cast.contract()
    answer = systems.alder.post("/partner-changes", wish(reference))
    by = bodies(reference)[1]["data"]["by"]
    assert by == {
        "person": None,
        "on_behalf_of": cast.people["pia"].pk,
        "door": "api",
        "strength": "client",
        "request": answer.headers["X-Request-ID"],
        "client": systems.alder.client.client_id,
    }


def test_several_are_judged_singly_and_the_rest_goes_through(cast: Cast, systems: Systems) -> None:
    good, near, foreign = cast.contract(), cast.contract(days=20), cast.contract(account=cast.birch)
    answer = systems.alder.post("/partner-changes", wish(good, near, foreign))
    outcomes = {each["agreement"]: each for each in said(answer)["changes"]}
    assert answer.status_code == 201
    assert [outcomes[each]["state"] for each in (good, near, foreign)] == [
        "complete",
        "refused",
        "refused",
    ]
    assert [each["code"] for each in outcomes[near]["refusals"]] == ["near_expiration"]
    assert [each["code"] for each in outcomes[foreign]["refusals"]] == ["not_found"]


def test_all_or_nothing_changes_nothing_when_one_is_refused(cast: Cast, systems: Systems) -> None:
    body = wish(cast.contract(), cast.contract(days=20), all_or_nothing=True)
    answer = systems.alder.post("/partner-changes", body)
    assert (answer.status_code, made()) == (200, 0)


def test_what_was_shown_is_applied_or_nothing(cast: Cast, systems: Systems) -> None:
    reference = cast.contract()
    ask = {"agreements": [reference], "partner": "7200000002", "on_behalf_of": "pia@example.com"}
    (shown,) = said(systems.alder.post("/eligibility-checks", ask))["checks"]
    cast.change(reference, partner=cast.dune.account_number)
    body = wish(reference, fingerprints=[shown["fingerprint"]])
    answer = systems.alder.post("/partner-changes", body)
    assert (answer.status_code, said(answer)["code"]) == (409, "agreement_moved")


@pytest.mark.parametrize(
    "body",
    [
        lambda cast: wish(cast.contract()),
        lambda cast: wish(cast.contract(), cast.contract(days=20)),
        lambda cast: wish(cast.contract(days=20)),
        lambda cast: wish(cast.contract(account=cast.birch)),
    ],
    ids=["accepted", "some refused", "refused", "not found"],
)
def test_a_repeat_gets_the_same_bytes_and_does_nothing_more(
    cast: Cast, systems: Systems, body: Any
) -> None:
    sent = body(cast)
    first = systems.alder.post("/partner-changes", sent, Idempotency_Key="k-1")
    count = made()
    again = systems.alder.post("/partner-changes", sent, Idempotency_Key="k-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert (first.headers.get("Idempotency-Replayed"), made()) == (None, count)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers.get("Location") == first.headers.get("Location")
    with seeing(Actor.system()):
        assert bytes(Request.objects.get(key="k-1").answer or b"") == first.content


def test_a_cancellation_is_repeated_like_that_too(cast: Cast, systems: Systems) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=clock.today() + timedelta(days=3))
    path, body = (
        f"/partner-changes/{number}/cancellation",
        {
            "on_behalf_of": "pia@example.com",
            "reason": "Decided otherwise.",
        },
    )
    first = systems.alder.post(path, body, Idempotency_Key="k")
    told = types(reference)
    again = systems.alder.post(path, body, Idempotency_Key="k")
    assert (first.status_code, said(first)["state"]) == (200, "cancelled")
    assert again.content == first.content
    assert types(reference) == told
    other = systems.alder.post(path, body, Idempotency_Key="another")
    assert (other.status_code, said(other)["code"]) == (409, "not_open")


@pytest.mark.parametrize(
    "other", [{"reason": "Another."}, {"partner": "7200000003"}, {"all_or_nothing": True}]
)
def test_the_same_key_with_another_body_is_refused(
    cast: Cast, systems: Systems, other: dict[str, Any]
) -> None:
    body = wish(cast.contract())
    systems.alder.post("/partner-changes", body, Idempotency_Key="k")
    answer = systems.alder.post("/partner-changes", {**body, **other}, Idempotency_Key="k")
    assert (answer.status_code, said(answer)["code"]) == (422, "idempotency_key_reused")


def test_blanks_and_the_order_of_names_make_no_other_body(cast: Cast, systems: Systems) -> None:
    body = wish(cast.contract())
    first = systems.alder.post("/partner-changes", body, Idempotency_Key="k")
    turned = json.dumps(dict(reversed(body.items())), indent=2).encode()
    assert systems.alder.post("/partner-changes", turned, Idempotency_Key="k").content == (
        first.content
    )


def test_keys_of_different_systems_do_not_meet(cast: Cast, systems: Systems) -> None:
    one, other = cast.contract(), cast.contract()
    systems.alder.post("/partner-changes", wish(one), Idempotency_Key="k")
    answer = systems.vendor.post("/partner-changes", wish(other), Idempotency_Key="k")
    assert (answer.status_code, said(answer)["changes"][0]["agreement"]) == (201, other)


def test_a_request_that_could_not_be_judged_leaves_its_key_free(
    cast: Cast, systems: Systems
) -> None:
    body = wish(cast.contract())
    unknown = {**body, "on_behalf_of": "nobody@example.com"}
    assert systems.alder.post("/partner-changes", unknown, Idempotency_Key="k").status_code == 403
    assert systems.alder.post("/partner-changes", body, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "k" * 256])
def test_a_key_that_cannot_be_used_is_refused(cast: Cast, systems: Systems, key: str) -> None:
    answer = systems.alder.post("/partner-changes", wish(cast.contract()), Idempotency_Key=key)
    assert answer.status_code == 422
    assert said(answer)["errors"][0]["where"] == "header.Idempotency-Key"


def test_the_same_request_fifty_times_at_once_is_one(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    body = wish(fresh_cast.contract(), fresh_cast.contract(days=20))

    def send(_number: int) -> Answer:
        try:
            return fresh_systems.alder.post("/partner-changes", body, Idempotency_Key="k")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(50)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert sum("Idempotency-Replayed" not in each.headers for each in answers) == 1
    assert made() == 1


def test_a_repeat_that_waits_too_long_is_told_to_come_again(
    fresh_cast: Cast, fresh_systems: Systems, settings: Settings
) -> None:
    settings.OFRECORD_API_PATIENCE = 1
    body = wish(fresh_cast.contract())

    def send() -> Answer:
        try:
            return fresh_systems.alder.post("/partner-changes", body, Idempotency_Key="k")
        finally:
            connection.close()

    requester = f"client/{fresh_systems.alder.client.client_id}"
    with ThreadPoolExecutor(1) as pool, seeing(Actor.system()):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO request (requester, key, verb, content_hash, received_at)"
                " VALUES (%s, 'k', 'submit', '', now())",
                [requester],
            )
        answer = pool.submit(send).result()
        connection.set_rollback(True)
    assert (answer.status_code, said(answer)["code"]) == (409, "busy")
    assert answer.headers["Retry-After"] == "1"
    assert send().status_code == 201


def test_a_cancellation_of_what_was_read_is_refused_when_it_moved(
    cast: Cast, systems: Systems
) -> None:
    number = cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=3))
    path = f"/partner-changes/{number}"
    body = {"on_behalf_of": "pia@example.com", "reason": "Decided otherwise."}
    read = systems.alder.get(path).headers["ETag"]
    stale = systems.alder.post(f"{path}/cancellation", body, If_Match='"elsewhere"')
    assert (stale.status_code, said(stale)["code"]) == (412, "moved_meanwhile")
    assert systems.alder.post(f"{path}/cancellation", body, If_Match=read).status_code == 200


def test_an_undo_is_a_change_of_its_own_and_is_repeated_like_any_other(
    cast: Cast, systems: Systems
) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    path = f"/partner-changes/{number}/undo"
    body = {"on_behalf_of": "pia@example.com", "reason": "It was a mistake."}
    first = systems.alder.post(path, body, Idempotency_Key="k")
    assert first.status_code == 201
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}
    told = types(reference)
    again = systems.alder.post(path, body, Idempotency_Key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert types(reference) == told
