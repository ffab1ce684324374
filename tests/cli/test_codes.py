"""`ofrecord code`: made for one partner, redeemed by it, or withdrawn."""

from uuid import uuid4

import pytest

from tests.cast import Cast, bodies, of_record
from tests.cli.conftest import Ended, Type

GORSE = {("Gorse Digital", "reseller", None)}
PIA = ("--by", "pia@example.com")
GIL = ("--by", "gil@example.com")


@pytest.fixture
def make(cast: Cast, type_in: Type) -> Type:
    """A code for Gorse, made by Pia."""

    def run(*words: object, typed: str = "") -> Ended:
        gorse = ("--partner", cast.gorse.account_number, *PIA, "--reason", "Gorse knows us.")
        return type_in("code", "make", *words, *gorse, "--json", typed=typed)

    return run


def redeemed(type_in: Type, code: str, *words: object) -> Ended:
    return type_in("code", "redeem", *(words or GIL), "--stdin", "--json", typed=f"{code}\n")


def test_the_partner_redeems_what_the_admin_made(cast: Cast, make: Type, type_in: Type) -> None:
    refs = [cast.contract(), cast.contract()]
    made = make(*refs, refs[0], "--days", 3)
    assert made.code == 0
    assert made.json["agreements"] == refs
    (listed,) = type_in("code", "list", "--json").json["codes"]
    assert (listed["id"], listed["state"], listed["agreements"]) == (
        made.json["id"],
        "valid",
        sorted(refs),
    )
    assert made.json["code"] not in str(listed)
    ended = redeemed(type_in, made.json["code"])
    assert ended.code == 0
    assert [each["state"] for each in ended.json["changes"]] == ["complete", "complete"]
    assert of_record(refs[0]) == of_record(refs[1]) == GORSE
    by = bodies(refs[0])[1]["data"]["by"]
    assert (by["person"], by["on_behalf_of"]) == (cast.people["gil"].pk, cast.people["pia"].pk)
    (listed,) = type_in("code", "list", "--agreement", refs[1], "--json").json["codes"]
    assert (listed["state"], listed["redeemed_by"]["name"]) == ("redeemed", "Gil")
    number = ended.json["changes"][0]["number"]
    shown = type_in("change", "show", number, "--json").json
    assert shown["cause"] == f"transfer_code/{made.json['id']}"
    again = redeemed(type_in, made.json["code"])
    assert (again.code, again.json["refusals"][0]["code"]) == (3, "code_redeemed")


def test_it_is_shown_to_people_once(cast: Cast, type_in: Type) -> None:
    gorse = ("--partner", cast.gorse.account_number, *PIA, "--reason", "Gorse knows us.")
    out = type_in("code", "make", cast.contract(), *gorse).out
    assert "Code, shown this once" in out
    listed = type_in("code", "list").out
    assert "Code, shown this once" not in listed
    assert "valid" in listed


def test_only_the_named_partner_redeems_it(cast: Cast, make: Type, type_in: Type) -> None:
    code = make(ref := cast.contract()).json["code"]
    for somebody in ("lou", "pia", "opal"):
        ended = redeemed(type_in, code, "--by", f"{somebody}@example.com")
        assert (ended.code, ended.out) == (4, "")
    assert redeemed(type_in, "0000-0000").code == 4
    assert of_record(ref) != GORSE


def test_the_code_is_no_argument_and_nothing_prompts(cast: Cast, make: Type, type_in: Type) -> None:
    code = make(ref := cast.contract()).json["code"]
    assert type_in("code", "redeem", code, *GIL).code == 2
    assert type_in("code", "redeem", *GIL).code == 2
    assert type_in("code", "redeem", *GIL, typed=f" {code.lower()} \n").code == 0
    assert of_record(ref) == GORSE


def test_what_moved_meanwhile_is_refused_for_each_agreement(
    cast: Cast, make: Type, type_in: Type
) -> None:
    moved, other = cast.contract(), cast.contract()
    code = make(moved, other).json["code"]
    cast.change(moved, partner=cast.dune.account_number)
    ended = redeemed(type_in, code)
    assert ended.code == 3
    assert {each["agreement"]: each["state"] for each in ended.json["changes"]} == {
        moved: "refused",
        other: "complete",
    }
    alone = make(moved).json["code"]
    cast.change(moved, partner=cast.larkspur.account_number)
    ended = redeemed(type_in, alone)
    assert ended.code == 3
    assert [each["refusals"][0]["code"] for each in ended.json["changes"]] == ["agreement_moved"]


def test_a_code_is_withdrawn(cast: Cast, make: Type, type_in: Type) -> None:
    made = make(cast.contract()).json
    withdraw = ("code", "withdraw", made["id"])
    refused = type_in(*withdraw, "--by", "vera@example.com", "--json")
    assert (refused.code, refused.json["refusals"][0]["code"]) == (3, "not_permitted")
    ended = type_in(*withdraw, "--by", "sam@example.com", "--json")
    assert (ended.code, ended.json["state"]) == (0, "withdrawn")
    assert redeemed(type_in, made["code"]).code == 4
    (listed,) = type_in("code", "list", "--json").json["codes"]
    assert (listed["state"], listed["withdrawn_by"]["name"]) == ("withdrawn", "Sam")
    assert type_in("code", "withdraw", uuid4(), *PIA).code == 4


def test_what_makes_no_code(cast: Cast, make: Type, type_in: Type) -> None:
    ref = cast.contract()
    ended = make(ref, "--days", 0)
    assert (ended.code, ended.json["refusals"][0]["code"]) == (3, "days_unusable")
    assert make("000000000000").code == 4
    assert make(cast.contract(days=20)).json["refusals"][0]["code"] == "near_expiration"
    cast.policy(transfer_code_days=0)
    assert make(ref).json["refusals"][0]["code"] == "codes_off"
