"""`ofrecord change undo`, `ofrecord agreement lock` and `lift`."""

from tests.cast import Cast, of_record
from tests.cli.conftest import Type

PIA = ("--by", "pia@example.com", "--reason", "A mistake")
SAM = ("--by", "sam@example.com", "--reason", "A mistake")


def test_an_undo(cast: Cast, type_in: Type) -> None:
    ref = cast.contract()
    before = of_record(ref)
    ended = type_in("change", "undo", cast.change(ref), *PIA, "--json")
    assert ended.code == 0
    (change,) = ended.json["changes"]
    assert (change["agreement"], change["state"], change["refusals"]) == (ref, "complete", [])
    assert of_record(ref) == before


def test_an_undo_that_is_refused(cast: Cast, type_in: Type) -> None:
    number = cast.change(cast.contract())
    type_in("change", "undo", number, *PIA, "--json")
    ended = type_in("change", "undo", number, "PC-00000000", *PIA, "--json")
    assert ended.code == 3
    assert [change["refusals"][0]["code"] for change in ended.json["changes"]] == [
        "decided_since",
        "not_found",
    ]


def test_a_lock_and_its_lifting_by_two(cast: Cast, type_in: Type) -> None:
    ref = cast.contract()
    assert type_in("agreement", "lock", ref, *PIA, "--json").json == {"locked": [ref]}
    assert not cast.check(ref).available
    assert type_in("agreement", "lift", ref, *PIA, "--json").json == {"lifted": []}
    assert type_in("agreement", "lift", ref, *SAM, "--json").json == {"lifted": [ref]}
    assert cast.check(ref).available


def test_a_lock_that_is_refused(cast: Cast, type_in: Type) -> None:
    ref = cast.contract()
    vera = ("--by", "vera@example.com", "--reason", "No")
    assert type_in("agreement", "lock", ref, *vera).code == 3
    assert type_in("agreement", "lock", "000000000000", *PIA).code == 4
