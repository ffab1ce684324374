"""`ofrecord change submit`, `show`, `list` and `cancel`."""

import re
from datetime import timedelta
from typing import Any

import pytest

from ofrecord.journal import clock
from tests.cast import Cast, bodies, of_record, types
from tests.cli.conftest import Ended, Type

NUMBER = re.compile(r"PC-[0-9A-HJKMNP-TV-Z]{8}")


@pytest.fixture
def submit(cast: Cast, type_in: Type) -> Type:
    def run(*refs: object, by: str = "pia", reason: str = "Closer to us") -> Ended:
        words = ["--partner", cast.gorse.account_number, "--by", f"{by}@example.com"]
        return type_in("change", "submit", *refs, *words, "--reason", reason, "--json")

    return run


def later(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def codes(change: dict[str, Any]) -> list[str]:
    return [verdict["code"] for verdict in change["refusals"]]


def test_an_accepted_change(cast: Cast, submit: Type) -> None:
    ref = cast.contract()
    ended = submit(ref)
    assert ended.code == 0
    (change,) = ended.json["changes"]
    assert NUMBER.fullmatch(change["number"])
    assert change == {
        "number": change["number"],
        "agreement": ref,
        "state": "complete",
        "refusals": [],
    }
    assert of_record(ref) == {("Gorse Digital", "reseller", None)}


def test_the_journal_shows_the_operator_acting_for_the_person(cast: Cast, submit: Type) -> None:
    ref = cast.contract(manager="cora")
    submit(ref, by="cora")
    by = bodies(ref)[1]["data"]["by"]
    assert (by["person"], by["door"]) == (None, "cli")
    assert by["on_behalf_of"] == cast.people["cora"].pk
    assert by["request"].startswith("cli-")


def test_one_that_is_refused_is_still_an_answer(cast: Cast, submit: Type) -> None:
    ref = cast.contract(days=3)
    ended = submit(ref, by="vera")
    assert ended.code == 3
    (change,) = ended.json["changes"]
    assert (change["number"], change["agreement"], change["state"]) == (None, ref, "refused")
    assert codes(change) == ["near_expiration", "not_permitted"]
    assert types(ref) == ["agreement.loaded"]


def test_an_unknown_agreement_is_refused(cast: Cast, submit: Type) -> None:
    good = cast.contract()
    ended = submit("999", good, "999")
    assert ended.code == 3
    unknown, accepted = ended.json["changes"]
    assert (unknown["agreement"], codes(unknown)) == ("999", ["not_found"])
    assert (accepted["agreement"], accepted["state"]) == (good, "complete")
    assert submit("999").json["changes"] == [unknown]


def test_all_or_nothing(cast: Cast, submit: Type) -> None:
    good, bad = cast.contract(), cast.contract(days=3)
    ended = submit(good, bad, "--all-or-nothing")
    assert ended.code == 3
    assert [codes(change) for change in ended.json["changes"]] == [
        ["others_refused"],
        ["near_expiration"],
    ]
    assert types(good) == ["agreement.loaded"]


def test_the_fingerprint_of_a_check_is_what_submit_takes(
    cast: Cast, type_in: Type, submit: Type
) -> None:
    one, two = cast.contract(), cast.contract()
    checked = type_in(
        *("change", "check", one, two, "--partner", cast.gorse.account_number),
        *("--by", "pia@example.com", "--json"),
    )
    shown = [word for c in checked.json["checks"] for word in ("--fingerprint", c["fingerprint"])]
    assert submit(one, two, *shown).code == 0
    stale = submit(one, "--fingerprint", shown[1])
    assert stale.code == 3
    assert codes(stale.json["changes"][0]) == ["agreement_moved"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--fingerprint", "made-up"], "fingerprint_unusable"),
        (["--effective-on", "2001-01-01"], "effective_in_past"),
    ],
)
def test_a_request_that_cannot_be_carried_out_is_answered_too(
    cast: Cast, submit: Type, words: list[str], code: str
) -> None:
    one, two = cast.contract(), cast.contract()
    ended = submit(one, two, *words)
    assert ended.code == 3
    assert [codes(change) for change in ended.json["changes"]] == [[code], [code]]
    assert codes(submit(one, reason=" ").json["changes"][0]) == ["reason_missing"]


def test_the_same_key_is_the_same_request(cast: Cast, submit: Type) -> None:
    ref = cast.contract()
    first = submit(ref, "--idempotency-key", "k1")
    again = submit(ref, "--idempotency-key", "k1")
    assert (again.out, again.code) == (first.out, 0)
    other = submit(cast.contract(), "--idempotency-key", "k1")
    assert codes(other.json["changes"][0]) == ["idempotency_key_reused"]


def test_bad_usage(cast: Cast, type_in: Type, submit: Type) -> None:
    ref = cast.contract()
    assert submit(ref, by="nobody").code == 2
    assert type_in("change", "submit", ref, "--json").code == 2
    assert types(ref) == ["agreement.loaded"]


def test_a_scheduled_change_is_shown_and_cancelled(cast: Cast, type_in: Type, submit: Type) -> None:
    ref = cast.contract()
    number = submit(ref, "--effective-on", later(5)).json["changes"][0]["number"]
    typed = number.lower().replace("-", " ")
    shown = type_in("change", "show", typed, "--json").json
    assert (shown["number"], shown["state"]) == (number, "scheduled")
    assert shown["effective_at"].startswith(later(5))
    assert shown["on_behalf_of"] == {"email": "pia@example.com", "name": "Pia"}
    assert [party["name"] for party in shown["before"]] == ["Larkspur Systems"]
    assert [party["name"] for party in shown["after"]] == ["Gorse Digital"]

    cancel = ("change", "cancel", typed, "--reason", "Not yet", "--json")
    refused = type_in(*cancel, "--by", "vera@example.com")
    assert (refused.code, codes(refused.json)) == (3, ["not_permitted"])
    cancelled = type_in(*cancel, "--by", "sam@example.com")
    assert (cancelled.code, cancelled.json["state"]) == (0, "cancelled")
    again = type_in(*cancel, "--by", "sam@example.com")
    assert (again.code, codes(again.json)) == (3, ["not_open"])
    shown = type_in("change", "show", number, "--json").json
    assert (shown["state"], shown["closed_reason"]) == ("cancelled", "Not yet")
    assert "Not yet" in type_in("change", "show", number).out


@pytest.mark.parametrize("number", ["PC-00000000", "PC-00000001", "nonsense", ""])
def test_a_change_that_there_is_not(cast: Cast, type_in: Type, number: str) -> None:
    shown = type_in("change", "show", number, "--json")
    assert (shown.code, shown.out) == (4, "")
    words = ("--by", "pia@example.com", "--reason", "No")
    assert type_in("change", "cancel", number, *words).code == 4


def test_the_list_has_the_newest_first_and_no_loads(
    cast: Cast, type_in: Type, submit: Type
) -> None:
    one, two = cast.contract(), cast.contract()
    submit(one)
    submit(two, "--effective-on", later(5))
    listed = type_in("change", "list", "--json").json["changes"]
    assert [(row["agreement"], row["state"]) for row in listed] == [
        (two, "scheduled"),
        (one, "complete"),
    ]
    only = type_in("change", "list", "--state", "scheduled", "--json").json["changes"]
    assert [row["agreement"] for row in only] == [two]
    assert type_in("change", "list", "--agreement", one).out.count("PC-") == 1
    assert type_in("change", "list", "--state", "lost").code == 2


def test_people_get_a_table_of_the_outcome(cast: Cast, type_in: Type) -> None:
    good, bad = cast.contract(), cast.contract(days=3)
    ended = type_in(
        *("change", "submit", good, bad, "--partner", cast.gorse.account_number),
        *("--by", "pia@example.com", "--reason", "Closer"),
    )
    assert ended.code == 3
    assert "PC-" in ended.out
    assert "near_expiration" in ended.out
