"""Named members through the API: for the vendor's systems, which act for who is judged."""

import pytest

from tests.api.systems import Systems, said
from tests.cast import Cast, Of, of_record

GORSE, DUNE = ("Gorse Digital", "reseller", None), ("Dune Distribution", "distributor", None)
LARKSPUR = ("Larkspur Systems", "reseller", None)
PIA = {"on_behalf_of": "pia@example.com", "reason": "Only the reseller."}


@pytest.fixture
def both(cast: Cast) -> str:
    return cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))


def test_one_member_is_checked_and_replaced(cast: Cast, systems: Systems, both: str) -> None:
    wish = {"agreements": [both], "partner": "7200000002", "only": ["reseller"]}
    (check,) = said(systems.vendor.post("/eligibility-checks", wish))["checks"]
    assert [party["role"] for party in check["after"]] == ["reseller", "distributor"]
    shown = {**wish, **PIA, "fingerprints": [check["fingerprint"]]}
    answer = systems.vendor.post("/partner-changes", shown)
    assert answer.status_code == 201, said(answer)
    assert of_record(both) == {GORSE, DUNE}
    change = said(systems.vendor.get(f"/partner-changes/{said(answer)['changes'][0]['number']}"))
    assert (change["only"], change["overridden"]) == (["reseller"], [])
    assert change["partner"] == "7200000002"


def test_an_accounts_system_replaces_the_whole_set_only(
    cast: Cast, systems: Systems, both: str
) -> None:
    wish = {"agreements": [both], "partner": "7200000002", "only": ["reseller"], **PIA}
    answer = systems.alder.post("/partner-changes", wish)
    assert (answer.status_code, said(answer)["code"]) == (403, "not_permitted")
    assert of_record(both) == {LARKSPUR, DUNE}


@pytest.mark.parametrize("member", ["boss", "reseller:", "reseller@", "", "reseller:S@1@2"])
def test_what_names_no_member_is_refused_as_it_comes_in(
    systems: Systems, both: str, member: str
) -> None:
    wish = {"agreements": [both], "partner": "7200000002", "only": [member], **PIA}
    assert systems.vendor.post("/partner-changes", wish).status_code == 422
