"""Runs through the API: taken in at once, carried out by the worker, followed by whoever asked."""

from ofrecord.changes.runs.carry_on import carry_on
from ofrecord.parties.actors import Actor
from tests.api.systems import Systems, said
from tests.cast import Cast, of_record


def test_a_run_is_taken_in_and_followed(cast: Cast, systems: Systems) -> None:
    good, near = cast.contract(), cast.contract(days=3)
    wish = {
        "agreements": [good, near, "400009999999"],
        "partner": "7200000002",
        "on_behalf_of": "pia@example.com",
        "reason": "All of them.",
    }
    started = systems.alder.post("/runs", wish, Idempotency_Key="all")
    assert (started.status_code, said(started)["state"]) == (202, "under_way")
    assert systems.alder.post("/runs", wish, Idempotency_Key="all").content == started.content
    number = said(started)["number"]
    carry_on(number, by=Actor.system())
    carry_on(number, by=Actor.system())
    shown = said(systems.alder.get(f"/runs/{number}"))
    assert (shown["state"], shown["accepted"], shown["refused"]) == ("complete", 1, 2)
    page = said(systems.alder.get(f"/runs/{number}/outcomes?limit=2"))
    assert [each["agreement"] for each in page["changes"]] == [good, near]
    rest = said(systems.alder.get(f"/runs/{number}/outcomes?cursor={page['next_cursor']}"))
    assert [each["refusals"][0]["code"] for each in rest["changes"]] == ["not_found"]
    refused = said(systems.alder.get(f"/runs/{number}/outcomes?refused=true"))["changes"]
    assert [each["agreement"] for each in refused] == [near, "400009999999"]
    assert of_record(good) == {("Gorse Digital", "reseller", None)}
    late = systems.alder.post(
        f"/runs/{number}/cancellation", {"on_behalf_of": "pia@example.com", "reason": "Stop."}
    )
    assert (late.status_code, said(late)["code"]) == (409, "run_over")


def test_another_accounts_run_is_not_there(cast: Cast, systems: Systems) -> None:
    wish = {
        "agreements": [cast.contract()],
        "partner": "7200000002",
        "on_behalf_of": "pia@example.com",
        "reason": "All of them.",
    }
    number = said(systems.alder.post("/runs", wish))["number"]
    for path in (f"/runs/{number}", f"/runs/{number}/outcomes"):
        assert systems.birch.get(path).status_code == 404
        assert systems.vendor.get(path).status_code == 200
    assert said(systems.birch.get("/runs"))["runs"] == []
    assert [each["number"] for each in said(systems.alder.get("/runs"))["runs"]] == [number]
    stop = {"on_behalf_of": "bo@example.com", "reason": "Stop."}
    assert systems.birch.post(f"/runs/{number}/cancellation", stop).status_code == 404
    own = {"on_behalf_of": "pia@example.com", "reason": "Stop."}
    assert said(systems.alder.post(f"/runs/{number}/cancellation", own))["state"] == "cancelled"
