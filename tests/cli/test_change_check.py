"""`ofrecord change check`: what it answers, in which order, and how it ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django.fixtures import Settings

from ofrecord.journal import clock
from tests.cast import Cast
from tests.cli.conftest import Type

FIELDS = {
    *("agreement", "partner", "available", "available_until"),
    *("verdicts", "before", "after", "fingerprint"),
}


def codes(check: dict[str, Any]) -> list[str]:
    return [verdict["code"] for verdict in check["verdicts"]]


def the_day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def test_an_agreement_that_can_be_changed(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(days=200)
    ended = type_in("change", "check", ref, "--json")
    assert ended.code == 0
    (check,) = ended.json["checks"]
    assert check.keys() >= FIELDS
    assert check["available"] is True
    assert check["verdicts"] == []
    assert check["available_until"] == the_day(200 - 91)
    assert check["before"] == [
        {
            "partner": cast.larkspur.account_number,
            "name": "Larkspur Systems",
            "role": "reseller",
            "subscription": None,
        }
    ]
    assert (check["partner"], check["after"], check["fingerprint"]) == (None, None, None)


def test_with_a_partner_it_says_what_comes_after(cast: Cast, type_in: Type) -> None:
    ref = cast.contract()
    ended = type_in("change", "check", ref, "--partner", cast.gorse.account_number, "--json")
    (check,) = ended.json["checks"]
    assert check["partner"] == cast.gorse.account_number
    assert [party["name"] for party in check["after"]] == ["Gorse Digital"]
    assert [party["role"] for party in check["after"]] == ["reseller"]
    assert check["fingerprint"] == cast.shown(ref)


@pytest.mark.parametrize(
    ("days", "since", "until", "found"),
    [
        (91, None, None, []),
        (90, 0, 90, ["near_expiration"]),
        (1, -89, 1, ["near_expiration"]),
        (0, -90, 0, ["near_expiration"]),
        (-1, 0, None, ["expired"]),
    ],
)
def test_boundaries_with_their_first_and_last_day(
    cast: Cast,
    type_in: Type,
    settings: Settings,
    days: int,
    since: int | None,
    until: int | None,
    found: list[str],
) -> None:
    settings.OFRECORD_TODAY = date(2028, 2, 29)
    ref = cast.contract(days=days)
    ended = type_in("change", "check", ref, "--json")
    (check,) = ended.json["checks"]
    assert codes(check) == found
    assert ended.code == (3 if found else 0)
    for verdict in check["verdicts"]:
        assert verdict["since"] == (None if since is None else the_day(since))
        assert verdict["until"] == (None if until is None else the_day(until))
        assert verdict["reason"]
        assert set(verdict["remedy"]) == {"text", "url"}


@pytest.mark.parametrize(
    ("zone", "day_begins"),
    [
        ("Pacific/Kiritimati", datetime(2026, 3, 7, 10, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 3, 8, 11, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ],
)
def test_the_day_is_the_vendors(
    cast: Cast, type_in: Type, settings: Settings, zone: str, day_begins: datetime
) -> None:
    settings.TIME_ZONE = zone
    with time_machine.travel(day_begins, tick=False):
        ref = cast.contract(days=90)
        assert clock.today() == date(2026, 3, 8)
        assert codes(type_in("change", "check", ref, "--json").json["checks"][0]) == [
            "near_expiration"
        ]
    with time_machine.travel(day_begins - timedelta(seconds=1), tick=False):
        assert codes(type_in("change", "check", ref, "--json").json["checks"][0]) == []


def test_a_day_of_23_hours_is_one_day(cast: Cast, type_in: Type, settings: Settings) -> None:
    settings.TIME_ZONE = "America/New_York"
    last_second = datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC)
    with time_machine.travel(last_second, tick=False):
        ref = cast.contract(days=91)
        assert type_in("change", "check", ref, "--json").code == 0
    with time_machine.travel(last_second + timedelta(seconds=1), tick=False):
        assert type_in("change", "check", ref, "--json").code == 3


def test_several_verdicts_and_one_composed_remedy(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(days=20, auto_renew=True, program="eba", token_flex=True)
    (check,) = type_in("change", "check", ref, "--json").json["checks"]
    assert codes(check) == ["auto_renews", "token_flex", "near_expiration"]
    assert [verdict["since"] for verdict in check["verdicts"]][:2] == [None, None]
    assert check["remedy"]["text"] == "Contact support."


def test_the_order_of_the_arguments_with_duplicates_once(cast: Cast, type_in: Type) -> None:
    one, two, three = cast.contract(), cast.subscription(), cast.contract(days=3)
    ended = type_in("change", "check", three, one, two, one, f" {three} ", "--json")
    assert [check["agreement"] for check in ended.json["checks"]] == [three, one, two]
    assert ended.code == 3


def test_an_unknown_reference_has_one_code_and_ends_with_4(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(days=3)
    ended = type_in("change", "check", "999", ref, "--partner", "77", "--json")
    unknown, known = ended.json["checks"]
    assert codes(unknown) == ["not_found"]
    assert unknown.keys() == known.keys()
    assert unknown["partner"] == known["partner"] == "77"
    assert (unknown["available"], unknown["after"], unknown["before"]) == (False, None, [])
    assert ended.code == 4


@pytest.mark.parametrize(
    ("number", "code"), [("12", "partner_malformed"), ("7299999999", "partner_unknown")]
)
def test_a_number_that_finds_nobody(cast: Cast, type_in: Type, number: str, code: str) -> None:
    ref = cast.contract()
    ended = type_in("change", "check", ref, "--partner", number, "--json")
    (check,) = ended.json["checks"]
    assert codes(check) == [code]
    assert (check["partner"], check["after"], check["fingerprint"]) == (number, None, None)
    assert ended.code == 3


def test_permission_is_judged_only_for_a_person(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(manager="cora")
    judged = {
        name: codes(
            type_in("change", "check", ref, "--by", f"{name}@example.com", "--json").json["checks"][
                0
            ]
        )
        for name in ("pia", "sam", "cora", "vera", "bo", "lou", "opal", "stan")
    }
    refused = {name for name, found in judged.items() if found == ["not_permitted"]}
    assert refused == {"vera", "bo", "lou", "opal", "stan"}
    assert all(judged[name] == [] for name in ("pia", "sam", "cora"))
    assert type_in("change", "check", ref, "--json").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["--by", "nobody@example.com"],
        ["--effective-on", "2026-02-30"],
        ["--effective-on", "tomorrow"],
        ["--effective-on", "2001-01-01"],
        ["--sideways"],
    ],
)
def test_bad_usage_comes_before_everything_else(
    cast: Cast, type_in: Type, words: list[str]
) -> None:
    ended = type_in("change", "check", cast.contract(days=3), "999", *words, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err
    assert type_in("change", "check", "--json").code == 2


def test_a_later_day_is_judged_too(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(days=100)
    words = ("change", "check", ref, "--partner", cast.gorse.account_number, "--json")
    assert type_in(*words, "--effective-on", the_day(9)).code == 0
    ended = type_in(*words, "--effective-on", the_day(10))
    assert codes(ended.json["checks"][0]) == ["near_expiration"]
    assert ended.code == 3


def test_people_get_a_table(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(days=3)
    ended = type_in("change", "check", ref)
    assert ended.code == 3
    assert ref in ended.out
    assert "near_expiration" in ended.out
    assert "Larkspur Systems" in ended.out
