"""`ofrecord correction`: one of operations proposes, another one approves."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, bodies, of_record, types
from tests.cli.conftest import Ended, Type

LARKSPUR, GORSE = {("Larkspur Systems", "reseller", None)}, {("Gorse Digital", "reseller", None)}
OPAL, OTIS = ("--by", "opal@example.com"), ("--by", "otis@example.com")
WHY = ("--reason", "The ERP says so.")


def day(count: int) -> str:
    return (clock.today() + timedelta(days=count)).isoformat()


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a second person of operations, Otis."""
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    return cast


@pytest.fixture
def propose(type_in: Type) -> Type:
    """What Opal proposes, as programs do."""

    def run(ref: str, *words: object, typed: str = "") -> Ended:
        return type_in("correction", "propose", ref, *words, *OPAL, *WHY, "--json", typed=typed)

    return run


def test_one_proposes_and_another_approves(cast: Cast, propose: Type, type_in: Type) -> None:
    ref = cast.contract()
    ended = propose(ref, "--partner", cast.gorse.account_number, "--effective-on", day(-20))
    assert ended.code == 0
    assert (ended.json["agreement"], ended.json["refusals"]) == (ref, [])
    id = ended.json["correction"]
    assert type_in("agreement", "show", ref, "--json").json["correction_waiting"] == id
    assert of_record(ref) == LARKSPUR
    refused = type_in("correction", "approve", id, *OPAL, "--json")
    assert (refused.code, refused.json["refusals"][0]["code"]) == (3, "same_person")
    approved = type_in("correction", "approve", id, *OTIS, "--json")
    assert (approved.code, approved.json["state"]) == (0, "complete")
    assert of_record(ref) == of_record(ref, clock.midnight(clock.today())) == GORSE
    by = bodies(ref)[types(ref).index("partner_change.applied")]["data"]["by"]
    assert (by["person"], by["on_behalf_of"]) == (None, cast.people["otis"].pk)
    shown = type_in("change", "show", approved.json["number"], "--json").json
    assert (shown["occasion"], shown["proposed_by"]["name"]) == ("correction", "Opal")
    assert shown["cause"] == f"correction/{id}"
    again = type_in("correction", "approve", id, *OTIS)
    assert again.code == 3
    assert "approved already" in again.err


def test_what_was_wrong_is_restored_and_each_names_the_other(
    cast: Cast, propose: Type, type_in: Type
) -> None:
    wrong = cast.change(ref := cast.contract())
    id = propose(ref, "--corrects", wrong.lower()).json["correction"]
    said = type_in("correction", "approve", id, *OTIS)
    assert "Corrected by change PC-" in said.out
    assert of_record(ref) == LARKSPUR
    (number,) = type_in("change", "show", wrong, "--json").json["corrected_by"]
    assert type_in("change", "show", number, "--json").json["corrects"] == wrong
    drawn = " ".join(type_in("change", "show", number).out.split())
    assert f"Corrects {wrong} " in drawn
    assert "Proposed by Opal" in drawn


def test_it_counts_for_a_while_and_calls_off_what_is_open(
    cast: Cast, propose: Type, type_in: Type
) -> None:
    ref = cast.contract()
    scheduled = cast.change(ref, effective_on=clock.today() + timedelta(days=5))
    dune = ("--partner", cast.dune.account_number, "--effective-on", day(-20), "--until", day(-10))
    id = propose(ref, *dune, "--supersede").json["correction"]
    shown = type_in("correction", "show", id, "--json").json
    assert [each["name"] for each in shown["before"]] == ["Larkspur Systems"]
    assert [each["name"] for each in shown["after"]] == ["Dune Distribution"]
    assert shown["effective_until"].startswith(day(-10))
    assert (shown["refusals"], shown["state"]) == ([], "waiting")
    assert "Nothing stands against it" in type_in("correction", "show", id).out
    number = type_in("correction", "approve", id, *OTIS, "--json").json["number"]
    shown = type_in("change", "show", scheduled, "--json").json
    assert (shown["state"], shown["superseded_by"]) == ("cancelled", number)
    shown = type_in("change", "show", number, "--json").json
    assert shown["supersedes"] == scheduled
    assert shown["effective_until"].startswith(day(-10))


def test_what_moved_meanwhile_is_shown_before_anybody_approves(
    cast: Cast, propose: Type, type_in: Type
) -> None:
    ref = cast.contract()
    dune = ("--partner", cast.dune.account_number, "--effective-on", day(-20))
    id = propose(ref, *dune).json["correction"]
    cast.change(ref)
    shown = type_in("correction", "show", id, "--json").json
    assert [each["code"] for each in shown["refusals"]] == ["agreement_moved"]
    assert type_in("correction", "approve", id, *OTIS, "--json").code == 3
    assert of_record(ref) == GORSE


def test_one_is_declined_and_the_list_has_the_waiting_first(
    cast: Cast, propose: Type, type_in: Type
) -> None:
    given = ("--partner", cast.gorse.account_number, "--effective-on", day(-3))
    refs = [cast.contract() for _ in range(3)]
    ids = [propose(ref, *given).json["correction"] for ref in refs]
    decline = ("correction", "decline", ids[1])
    assert type_in(*decline, *OPAL, "--reason", " ").code == 3
    ended = type_in(*decline, *OPAL, "--reason", "The wrong one.", "--json")
    assert (ended.code, ended.json["state"]) == (0, "declined")
    listed = type_in("correction", "list", "--json").json["corrections"]
    assert [each["correction"] for each in listed] == [ids[2], ids[0], ids[1]]
    assert listed[2]["decided_reason"] == "The wrong one."
    waiting = type_in("correction", "list", "--waiting", "--json").json["corrections"]
    assert [each["agreement"] for each in waiting] == [refs[2], refs[0]]
    only = type_in("correction", "list", "--agreement", refs[1], "--json").json["corrections"]
    assert [each["state"] for each in only] == ["declined"]
    assert "declined" in type_in("correction", "list").out
    assert "The wrong one." in type_in("correction", "show", ids[1]).out


def test_what_is_refused_and_what_there_is_not(cast: Cast, propose: Type, type_in: Type) -> None:
    ref, gorse = cast.contract(), ("--partner", cast.gorse.account_number)
    ended = propose(ref, *gorse, "--effective-on", day(1))
    assert (ended.code, ended.json["refusals"][0]["code"]) == (3, "effective_in_future")
    assert ended.json["correction"] is None
    assert propose(ref, *gorse).json["refusals"][0]["code"] == "nothing_wished"
    assert propose(ref, *gorse, "--effective-on", "yesterday").code == 2
    assert propose("000000000000", *gorse, "--effective-on", day(-1)).code == 4
    pia = ("correction", "propose", ref, *gorse, "--effective-on", day(-1), *WHY)
    assert type_in(*pia, "--by", "pia@example.com").code == 3
    assert type_in("correction", "approve", uuid4(), *OTIS).code == 4
    assert type_in("correction", "show", uuid4()).code == 4
    assert type_in("correction", "approve", "that-one", *OTIS).code == 2
