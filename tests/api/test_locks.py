"""Locks through the API: a system sets them for a person, and people lift them."""

from typing import Any

import pytest

from ofrecord.changes import locks
from tests.api.systems import Systems, said
from tests.cast import Cast, bodies, types

PIA = {"on_behalf_of": "pia@example.com", "reason": "Nothing moves before the audit."}


def wish(reference: str) -> dict[str, Any]:
    return {**PIA, "agreements": [reference], "partner": "7200000002"}


def test_a_lock_is_set_for_a_person_and_no_change_goes_through(
    cast: Cast, systems: Systems
) -> None:
    reference = cast.contract()
    path = f"/agreements/{reference}/lock"
    assert said(systems.alder.get(path)) == {
        "agreement": reference,
        "locked": False,
        **dict.fromkeys(("reason", "locked_at", "locked_by", "lift_asked_at", "lift_asked_by")),
    }
    answer = systems.alder.post(path, PIA)
    assert (answer.status_code, said(answer)["locked"]) == (200, True)
    assert said(answer)["locked_by"]["email"] == "pia@example.com"
    assert said(systems.alder.get(path)) == said(answer)
    refused = systems.alder.post("/partner-changes", wish(reference))
    assert (refused.status_code, said(refused)["code"]) == (409, "locked")
    by = bodies(reference)[-1]["data"]["by"]
    assert (by["client"], by["on_behalf_of"]) == (
        systems.alder.client.client_id,
        cast.people["pia"].pk,
    )


def test_locking_again_changes_nothing(cast: Cast, systems: Systems) -> None:
    reference = cast.contract()
    path = f"/agreements/{reference}/lock"
    first = systems.alder.post(path, PIA, Idempotency_Key="k")
    told = types(reference)
    assert systems.alder.post(path, PIA, Idempotency_Key="k").content == first.content
    other = systems.alder.post(path, {**PIA, "on_behalf_of": "sam@example.com"})
    assert said(other) == said(first)
    assert types(reference) == told


@pytest.mark.parametrize(("person", "code"), [("vera", "not_permitted"), ("bo", "person_unknown")])
def test_the_person_has_to_be_one_who_may_change_the_partner(
    cast: Cast, systems: Systems, person: str, code: str
) -> None:
    reference = cast.contract()
    body = {**PIA, "on_behalf_of": f"{person}@example.com"}
    answer = systems.alder.post(f"/agreements/{reference}/lock", body)
    assert (answer.status_code, said(answer)["code"]) == (403, code)
    assert said(systems.alder.get(f"/agreements/{reference}/lock"))["locked"] is False


def test_no_system_lifts_a_lock_nor_asks_for_it(cast: Cast, systems: Systems) -> None:
    reference = cast.contract()
    path = f"/agreements/{reference}/lock"
    systems.alder.post(path, PIA)
    for kind in (systems.alder, systems.vendor):
        assert kind.call("DELETE", path).status_code == 405
        assert kind.post(f"{path}/lift", PIA).status_code == 404
    assert said(systems.alder.get(path))["locked"] is True


def test_who_asked_to_lift_it_shows(cast: Cast, systems: Systems) -> None:
    reference = cast.contract()
    path = f"/agreements/{reference}/lock"
    systems.alder.post(path, PIA)
    read = systems.alder.get(path).headers["ETag"]
    locks.lift([reference], by=cast.actor("sam"), reason="The audit is over.")
    asked = systems.alder.get(path, If_None_Match=read)
    assert said(asked)["lift_asked_by"]["email"] == "sam@example.com"
    locks.lift([reference], by=cast.actor("pia"), reason="The audit is over.")
    assert said(systems.alder.get(path))["locked"] is False
