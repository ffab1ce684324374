"""Consents and transfer codes through the API: each party answers for itself and sees its own."""

from typing import Any

import pytest

from tests.api.systems import Systems, said
from tests.cast import Cast, of_record

PIA = {"on_behalf_of": "pia@example.com", "reason": "Closer to us."}
GORSE = ("Gorse Digital", "reseller", None)


def submitted(systems: Systems, reference: str) -> str:
    wish = {**PIA, "agreements": [reference], "partner": "7200000002"}
    answer = systems.alder.post("/partner-changes", wish)
    assert answer.status_code == 201
    return str(said(answer)["changes"][0]["number"])


def asked(system: Any, kind: str) -> dict[str, Any]:
    (found,) = [e for e in said(system.get("/consents"))["consents"] if e["kind"] == kind]
    return dict(found)


def test_the_gaining_partners_system_accepts(cast: Cast, systems: Systems) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = submitted(systems, reference := cast.contract())
    shown = said(systems.alder.get(f"/partner-changes/{number}"))
    assert shown["state"] == "awaiting_consent"
    assert [(each["kind"], each["answer"]) for each in shown["consents"]] == [("gaining", "")]
    mine = asked(systems.gorse, "gaining")
    assert (mine["change"], mine["agreement"], mine["account"]) == (None, reference, "Alder Works")
    answer = systems.gorse.post(f"/consents/{mine['id']}/answer", {"answer": "give"})
    assert (answer.status_code, said(answer)["answer"]) == (200, "given")
    after = said(systems.alder.get(f"/partner-changes/{number}"))
    assert (after["state"], after["settled_at"]) == ("complete", after["effective_at"])
    assert of_record(reference) == {GORSE}


def test_a_partner_never_learns_of_the_others(cast: Cast, systems: Systems) -> None:
    cast.policy(consent_days={"gaining": 5, "losing": 5, "approval": 5})
    number = submitted(systems, cast.contract())
    body = systems.gorse.get("/consents").content.decode()
    assert "Larkspur" not in body
    assert number not in body
    of_larkspur = asked(systems.alder, "losing")
    assert of_larkspur["change"] == number
    for path in (
        f"/consents/{of_larkspur['id']}",
        f"/consents/{asked(systems.alder, 'approval')['id']}",
    ):
        assert systems.gorse.get(path).status_code == 404
        assert systems.gorse.post(f"{path}/answer", {"answer": "give"}).status_code == 404
        assert systems.birch.get(path).status_code == 404


def test_a_second_admin_approves_through_the_accounts_system(cast: Cast, systems: Systems) -> None:
    cast.policy(consent_days={"approval": 5})
    number = submitted(systems, cast.contract())
    path = f"/consents/{asked(systems.alder, 'approval')['id']}/answer"
    for body, code in (
        ({"answer": "give"}, "not_permitted"),
        ({"answer": "give", "on_behalf_of": "pia@example.com"}, "same_person"),
        ({"answer": "give", "on_behalf_of": "vera@example.com"}, "not_permitted"),
        ({"answer": "give", "on_behalf_of": "bo@example.com"}, "person_unknown"),
    ):
        refused = systems.alder.post(path, body)
        assert (refused.status_code, said(refused)["code"]) == (403, code)
    given = {"answer": "give", "on_behalf_of": "sam@example.com"}
    first = systems.alder.post(path, given, Idempotency_Key="approve")
    assert first.status_code == 200
    assert systems.alder.post(path, given, Idempotency_Key="approve").content == first.content
    again = systems.alder.post(path, given)
    assert (again.status_code, said(again)["code"]) == (409, "consent_closed")
    assert said(systems.alder.get(f"/partner-changes/{number}"))["state"] == "complete"


def test_the_system_of_record_refuses(cast: Cast, systems: Systems) -> None:
    cast.policy(consent_days={"confirmation": 5})
    number = submitted(systems, cast.contract())
    path = f"/consents/{asked(systems.vendor, 'confirmation')['id']}/answer"
    unsaid = systems.vendor.post(path, {"answer": "refuse"})
    assert (unsaid.status_code, said(unsaid)["code"]) == (422, "reason_missing")
    answer = systems.vendor.post(path, {"answer": "refuse", "reason": "Blocked in the ERP."})
    assert said(answer)["reason"] == "Blocked in the ERP."
    assert said(systems.alder.get(f"/partner-changes/{number}"))["state"] == "declined"


def test_the_list_goes_on_where_it_ended(cast: Cast, systems: Systems) -> None:
    cast.policy(consent_days={"gaining": 5})
    numbers = {submitted(systems, cast.contract()) for _ in range(3)}
    found, path = [], "/consents?limit=2&waiting=true"
    while path:
        page = said(systems.alder.get(path))
        found += [each["change"] for each in page["consents"]]
        path = page["next_cursor"] and f"/consents?limit=2&cursor={page['next_cursor']}"
    assert len(found) == 3
    assert set(found) == numbers
    assert said(systems.alder.get("/consents?waiting=false"))["consents"] == []
    assert said(systems.birch.get("/consents"))["consents"] == []


def test_a_code_is_made_shown_once_and_redeemed_by_its_partner(
    cast: Cast, systems: Systems
) -> None:
    reference = cast.contract()
    wish = {**PIA, "agreements": [reference], "partner": "7200000002", "days": 3}
    made = systems.alder.post("/transfer-codes", wish, Idempotency_Key="make")
    assert made.status_code == 201
    assert (
        systems.alder.post("/transfer-codes", wish, Idempotency_Key="make").content == made.content
    )
    listed = systems.alder.get("/transfer-codes")
    assert said(made)["code"] not in listed.content.decode()
    unknown = systems.gorse.post("/transfer-codes/redemption", {"code": "0" * 26})
    assert (unknown.status_code, said(unknown)["code"]) == (404, "code_unusable")
    given = {"code": said(made)["code"].lower()}
    assert systems.alder.post("/transfer-codes/redemption", given).status_code == 403
    redeemed = systems.gorse.post("/transfer-codes/redemption", given)
    assert [each["state"] for each in said(redeemed)["changes"]] == ["complete"]
    assert of_record(reference) == {GORSE}
    (code,) = said(systems.alder.get("/transfer-codes"))["transfer_codes"]
    assert code["changes"] == [said(redeemed)["changes"][0]["number"]]
    assert said(systems.birch.get("/transfer-codes"))["transfer_codes"] == []


def test_a_code_is_withdrawn_by_its_own_account_only(cast: Cast, systems: Systems) -> None:
    wish = {**PIA, "agreements": [cast.contract()], "partner": "7200000002"}
    made = said(systems.alder.post("/transfer-codes", wish))
    path = f"/transfer-codes/{made['id']}/withdrawal"
    bo, sam = ({"on_behalf_of": f"{name}@example.com"} for name in ("bo", "sam"))
    assert systems.birch.post(path, bo).status_code == 404
    assert said(systems.alder.post(path, sam))["withdrawn_at"]
    used = systems.gorse.post("/transfer-codes/redemption", {"code": made["code"]})
    assert used.status_code == 404


@pytest.mark.parametrize("given", [{"days": 0}, {"days": 400}, {"agreements": []}, {"code": "x"}])
def test_what_no_code_is_made_of(cast: Cast, systems: Systems, given: dict[str, Any]) -> None:
    wish = {**PIA, "agreements": [cast.contract()], "partner": "7200000002", **given}
    assert systems.alder.post("/transfer-codes", wish).status_code == 422
