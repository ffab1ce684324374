"""`ofrecord policy`: show, versions, compare and publish."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from ofrecord.journal import clock
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.rules import policy
from tests.cast import Cast
from tests.cli.conftest import Type

DAY = timedelta(days=1)
SIXTY = ("--set", "near_expiration_days=60")
OPAL = ("--by", "opal@example.com", "--note", "The channel asked for it.")


def tomorrow() -> str:
    return (clock.today() + DAY).isoformat()


@pytest.mark.django_db
def test_the_policy_in_force_is_shown(type_in: Type) -> None:
    ended = type_in("policy", "show", "--json")
    assert ended.code == 0
    shown = ended.json
    assert (shown["version"], shown["state"], shown["in_force_until"]) == (1, "in_force", None)
    assert shown["parameters"]["near_expiration_days"] == 90
    assert shown["parameters"]["consent_days.losing"] == 0
    drawn = type_in("policy", "show").out
    assert "Days before the end of a contract" in drawn
    assert "primary_admin, secondary_admin, contract_manager" in drawn


def test_a_version_is_published_for_tomorrow(cast: Cast, type_in: Type, settings: Settings) -> None:
    today = clock.today()
    ended = type_in("policy", "publish", *SIXTY, "--from", tomorrow(), *OPAL, "--json")
    assert ended.code == 0
    made = ended.json
    assert (made["version"], made["state"], made["in_force_on"]) == (2, "coming", tomorrow())
    assert made["published_by"] == {"email": "opal@example.com", "name": "Opal"}
    assert made["changed"] == [{"name": "near_expiration_days", "before": 90, "after": 60}]
    assert type_in("policy", "show", "--json").json["version"] == 1
    assert type_in("policy", "show", "--on", tomorrow(), "--json").json["version"] == 2
    settings.OFRECORD_TODAY = today + DAY
    assert type_in("policy", "show", "--json").json["parameters"]["near_expiration_days"] == 60
    listed = type_in("policy", "versions", "--json").json["versions"]
    assert [(each["version"], each["state"]) for each in listed] == [(2, "in_force"), (1, "past")]
    assert "near_expiration_days: 90 → 60" in type_in("policy", "versions").out


def test_several_parameters_of_every_kind(cast: Cast, type_in: Type) -> None:
    sets = ("holidays=2026-12-24, 2026-12-25", "may_change=primary_admin", "consent_days.losing=5")
    words = [word for each in sets for word in ("--set", each)]
    day = clock.today().isoformat()
    assert type_in("policy", "publish", *words, "--from", day, *OPAL, "--json").code == 0
    live = policy.live()
    assert list(live.holidays) == ["2026-12-24", "2026-12-25"]
    assert list(live.may_change) == ["primary_admin"]
    assert live.consent_days["losing"] == 5
    listed = type_in("policy", "versions").out
    assert "may_change: -secondary_admin -contract_manager" in listed
    assert "holidays: +2026-12-24 +2026-12-25" in listed


def test_what_it_would_change_is_counted_over_the_whole_book(cast: Cast, type_in: Type) -> None:
    for days in (200, 91, 90, 61, 60):
        cast.contract(days=days)
    cast.contract(days=70, auto_renew=True)
    cast.contract(days=75, account=cast.birch)
    cast.subscription()
    ended = type_in("policy", "compare", *SIXTY, "--from", tomorrow(), "--json")
    assert ended.code == 0
    assert ended.json["changed"] == [{"name": "near_expiration_days", "before": 90, "after": 60}]
    counted = {"agreements": 8, "before": 2, "after": 5, "gained": 3, "lost": 0}
    assert ended.json["book"] == counted
    said = type_in("policy", "compare", *SIXTY, "--from", tomorrow()).out
    assert "Available today: 5 of 8 instead of 2 (3 more, 0 fewer)." in said
    assert policy.live(clock.today() + DAY).version == 1


@pytest.mark.parametrize("command", ["compare", "publish"])
def test_all_that_is_wrong_is_said(cast: Cast, type_in: Type, command: str) -> None:
    wrong = ("--set", "near_expiration_days=many", "--set", "nonsense=5")
    who = OPAL if command == "publish" else ()
    ended = type_in("policy", command, *wrong, "--from", "2020-01-01", *who, "--json")
    assert ended.code == 3
    assert [(each["code"], each["about"]) for each in ended.json["refusals"]] == [
        ("policy_in_past", "in_force_on"),
        ("parameter_unusable", "near_expiration_days"),
        ("parameter_unknown", ""),
    ]
    assert "Give a number of days from 0 to 366." in ended.err
    assert policy.live().version == 1


@pytest.mark.parametrize("name", ["aude", "pia", "lou", "stan"])
def test_only_those_who_may_publish(cast: Cast, type_in: Type, name: str) -> None:
    who = ("--by", f"{name}@example.com", "--note", "Because.")
    ended = type_in("policy", "publish", *SIXTY, "--from", tomorrow(), *who, "--json")
    assert ended.code == 3
    assert [each["code"] for each in ended.json["refusals"]] == ["not_permitted"]


def test_an_administrator_may_publish_too(cast: Cast, type_in: Type) -> None:
    with seeing(cast.actor("opal")):
        Role.objects.create(person=cast.people["stan"], name="administrator")
    who = ("--by", "stan@example.com", "--note", "Because.")
    assert type_in("policy", "publish", *SIXTY, "--from", tomorrow(), *who).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--set", "near_expiration_days", "--from", "2030-01-01"),
        (*SIXTY, *SIXTY, "--from", "2030-01-01"),
        (*SIXTY, "--from", "soon"),
    ],
)
def test_bad_usage(cast: Cast, type_in: Type, words: tuple[str, ...]) -> None:
    assert type_in("policy", "publish", *words, *OPAL).code == 2
