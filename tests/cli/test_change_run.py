"""`ofrecord change run`, `show-run`, `list-runs` and `cancel-run`."""

import json
import re
from pathlib import Path

import pytest

from ofrecord.changes.runs.carry_on import carry_on
from ofrecord.changes.runs.start import start
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from tests.cast import Cast, bodies, of_record, types
from tests.cli.conftest import Ended, Type

NUMBER = re.compile(r"RUN-[0-9A-HJKMNP-TV-Z]{8}")
GORSE = {("Gorse Digital", "reseller", None)}


@pytest.fixture
def run(cast: Cast, type_in: Type) -> Type:
    """Run over what a file names, two agreements a batch."""

    def run_it(file: Path | str, *words: object, by: str = "pia", typed: str = "") -> Ended:
        given = ["--partner", cast.gorse.account_number, "--by", f"{by}@example.com"]
        why = ["--reason", "Closer to us", "--batch-size", 2]
        return type_in("change", "run", file, *given, *why, *words, typed=typed)

    return run_it


@pytest.fixture
def named(tmp_path: Path) -> Path:
    return tmp_path / "references.txt"


def interrupted(cast: Cast, *references: str) -> str:
    """The number of a run of which one batch is done."""
    by = Actor.system("cli").acting_for(cast.people["pia"].pk)
    begun = start(references, cast.gorse.account_number, by=by, reason="Closer to us", batch_size=2)
    assert carry_on(begun.number, by=by)
    return begun.number


def test_a_file_of_references_is_a_run(cast: Cast, run: Type, named: Path) -> None:
    refs = [cast.contract() for _ in range(5)]
    named.write_text("\n".join((*refs[:2], "", *refs[2:])))
    ended = run(named, "--json")
    assert ended.code == 0
    said = ended.json
    assert NUMBER.fullmatch(said["number"])
    assert (said["state"], said["items"], said["accepted"], said["batches_done"]) == (
        "complete",
        5,
        5,
        3,
    )
    assert all(of_record(ref) == GORSE for ref in refs)
    by = bodies(refs[4])[1]["data"]["by"]
    assert (by["door"], by["on_behalf_of"]) == ("cli", cast.people["pia"].pk)


def test_what_is_piped_is_read_too(cast: Cast, run: Type) -> None:
    ref = cast.contract()
    assert run("-", "--json", typed=f"{ref}\n").json["accepted"] == 1


def test_some_that_are_refused_end_with_3_and_are_named(
    cast: Cast, run: Type, named: Path, tmp_path: Path
) -> None:
    good, near = cast.contract(), cast.contract(days=3)
    named.write_text(f"{good}\n{near}\n999\n")
    written = tmp_path / "outcomes.json"
    ended = run(named, "--outcomes", written)
    assert ended.code == 3
    assert re.search(r"Refused\s+2", ended.out)
    assert near in ended.out and "There is no agreement 999." in ended.out
    outcomes = [json.loads(line) for line in written.read_text().splitlines()]
    assert [each["agreement"] for each in outcomes] == [good, near, "999"]
    assert outcomes[0]["number"] and not outcomes[1]["number"]
    assert outcomes[1]["refusals"][0]["code"] == "near_expiration"


def test_the_same_command_with_the_same_key_is_the_same_run(
    cast: Cast, run: Type, named: Path
) -> None:
    named.write_text(cast.contract())
    first = run(named, "--idempotency-key", "k", "--json")
    assert run(named, "--idempotency-key", "k", "--json").out == first.out
    named.write_text(cast.contract())
    ended = run(named, "--idempotency-key", "k")
    assert ended.code == 3
    assert "idempotency key" in ended.err


def test_a_run_is_resumed_by_its_number(cast: Cast, type_in: Type) -> None:
    refs = [cast.contract() for _ in range(4)]
    number = interrupted(cast, *refs)
    shown = type_in("change", "show-run", number.lower(), "--json")
    assert (shown.code, shown.json["accepted"], shown.json["waiting"]) == (0, 2, 2)
    ended = type_in("change", "run", "--resume", number, "--json")
    assert (ended.code, ended.json["accepted"], ended.json["state"]) == (0, 4, "complete")
    assert [types(ref).count("partner_change.applied") for ref in refs] == [1, 1, 1, 1]
    again = type_in("change", "run", "--resume", number, "--json")
    assert again.out == ended.out


def test_a_run_that_does_not_go_on_says_why(cast: Cast, type_in: Type) -> None:
    number = interrupted(cast, *[cast.contract() for _ in range(3)])
    disable_person("pia@example.com", by=Actor.system("cli"))
    ended = type_in("change", "run", "--resume", number)
    assert ended.code == 3
    assert re.search(r"State\s+stopped", ended.out)
    assert "can no longer sign in" in ended.out
    with seeing(Actor.system()):
        cast.people["pia"].save()
    ended = type_in("change", "run", "--resume", number)
    assert (ended.code, "complete" in ended.out) == (0, True)


def test_a_cancelled_run_leaves_the_rest_as_it_is(cast: Cast, type_in: Type) -> None:
    refs = [cast.contract() for _ in range(4)]
    number = interrupted(cast, *refs)
    words = ("--by", "pia@example.com", "--reason", "Enough")
    ended = type_in("change", "cancel-run", number, *words)
    assert (ended.code, number in ended.out) == (0, True)
    assert of_record(refs[3]) != GORSE
    assert type_in("change", "run", "--resume", number).code == 3
    again = type_in("change", "cancel-run", number, *words)
    assert (again.code, "cancelled" in again.err) == (3, True)


def test_runs_are_listed(cast: Cast, type_in: Type) -> None:
    numbers = [interrupted(cast, cast.contract()) for _ in range(2)]
    listed = type_in("change", "list-runs", "--json").json["runs"]
    assert [each["number"] for each in listed] == numbers[::-1]
    assert numbers[0] in type_in("change", "list-runs").out


@pytest.mark.parametrize("number", ["RUN-00000000", "nonsense"])
def test_a_run_that_there_is_not(cast: Cast, type_in: Type, number: str) -> None:
    for words in (("run", "--resume", number), ("show-run", number)):
        ended = type_in("change", *words)
        assert (ended.code, ended.out) == (4, "")
        assert number in ended.err


def test_bad_usage(cast: Cast, type_in: Type, run: Type, named: Path) -> None:
    named.write_text(cast.contract())
    assert type_in("change", "run").code == 2
    assert type_in("change", "run", named, "--partner", "1").code == 2
    assert run(named, by="nobody").code == 2
    assert run(named.with_name("missing.txt")).code == 2
    named.write_text("4000\x000001\n")
    ended = run(named)
    assert (ended.code, "Line 1" in ended.err) == (2, True)
    named.write_bytes(b"\xff\xfe4\x000\x00")
    assert run(named).code == 2
    named.write_text("\n\n")
    ended = run(named)
    assert (ended.code, "at least one" in ended.err) == (3, True)
