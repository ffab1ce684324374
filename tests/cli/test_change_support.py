"""`--only` and `ofrecord change support` at the terminal."""

import pytest

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, bodies, of_record
from tests.cli.conftest import Ended, Type

GORSE, DUNE = ("Gorse Digital", "reseller", None), ("Dune Distribution", "distributor", None)
LARKSPUR = ("Larkspur Systems", "reseller", None)
TO_GORSE = ("--partner", "7200000002")


@pytest.fixture
def cast(cast: Cast) -> Cast:
    with seeing(Actor.system("cli")):
        cast._person("sia", "support_agent")
    return cast


@pytest.fixture
def both(cast: Cast) -> str:
    return cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))


@pytest.fixture
def support(type_in: Type) -> Type:
    def run(*words: object) -> Ended:
        said = (*TO_GORSE, "--by", "sia@example.com", "--reason", "By phone.", "--json")
        return type_in("change", "support", *words, *said)

    return run


def test_one_member_is_checked_and_replaced_for_a_person(
    cast: Cast, both: str, type_in: Type
) -> None:
    only = ("--only", "reseller@7200000001")
    (checked,) = type_in("change", "check", both, *TO_GORSE, *only, "--json").json["checks"]
    assert [party["partner"] for party in checked["after"]] == ["7200000002", "7200000003"]
    by = ("--by", "pia@example.com", "--reason", "Only that one.")
    ended = type_in("change", "submit", both, *TO_GORSE, *by, *only, "--json")
    assert ended.code == 0
    assert of_record(both) == {GORSE, DUNE}
    (change,) = ended.json["changes"]
    shown = type_in("change", "show", change["number"], "--json").json
    assert (shown["only"], shown["overridden"]) == (["reseller@7200000001"], [])
    assert "reseller@7200000001" in type_in("change", "show", change["number"]).out


def test_what_names_no_member_is_bad_usage(cast: Cast, both: str, type_in: Type) -> None:
    ended = type_in("change", "check", both, *TO_GORSE, "--only", "boss", "--json")
    assert ended.code == 2
    assert "ROLE[:SUBSCRIPTION][@PARTNER]" in ended.err


def test_support_replaces_one_for_who_asked_and_answers_for_it(
    cast: Cast, both: str, support: Type
) -> None:
    ended = support(both, "--only", "reseller", "--for", "pia@example.com")
    assert ended.code == 0
    assert of_record(both) == {GORSE, DUNE}
    by = bodies(both)[1]["data"]["by"]
    assert (by["person"], by["on_behalf_of"]) == (cast.people["sia"].pk, cast.people["pia"].pk)
    assert by["door"] == "cli"


def test_what_is_overridden_is_named(cast: Cast, support: Type, type_in: Type) -> None:
    reference = cast.contract(program="eba", token_flex=True)
    ended = support(reference)
    assert ended.code == 3
    assert [v["code"] for v in ended.json["changes"][0]["refusals"]] == ["token_flex"]
    ended = support(reference, "--override", "token_flex")
    assert ended.code == 0
    number = ended.json["changes"][0]["number"]
    shown = type_in("change", "show", number, "--json").json
    assert (shown["occasion"], shown["overridden"]) == ("support", ["token_flex"])


def test_an_auditor_makes_no_change(cast: Cast, both: str, type_in: Type) -> None:
    said = (*TO_GORSE, "--by", "aude@example.com", "--reason", "Mine.", "--json")
    ended = type_in("change", "support", both, *said)
    assert ended.code == 3
    assert ended.json["changes"][0]["refusals"][0]["code"] == "not_permitted"
    assert of_record(both) == {LARKSPUR, DUNE}
