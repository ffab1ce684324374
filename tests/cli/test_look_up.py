"""`ofrecord agreement show`, `partner find`, `settings`, and what the command says of itself."""

from datetime import timedelta

import pytest

from ofrecord.cli.commands import COMMANDS
from ofrecord.cli.environment import SETTINGS
from ofrecord.journal import clock
from tests.cast import Cast, Of
from tests.cli.conftest import Type


def test_an_agreement_with_everything_of_it(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(products=["Draft", "Render"], manager="cora")
    cast.change(ref)
    shown = type_in("agreement", "show", ref, "--json").json
    assert shown["agreement"] == ref
    assert shown["account"] == {"account_number": "5100000001", "name": "Alder Works"}
    assert shown["contract_manager"] == {"email": "cora@example.com", "name": "Cora"}
    assert [each["product"] for each in shown["subscriptions"]] == ["Draft", "Render"]
    (term,) = shown["terms"]
    assert term["end_on"] == (clock.today() + timedelta(days=200)).isoformat()
    assert [each["name"] for each in shown["partners_of_record"]] == ["Gorse Digital"]
    assert [each["state"] for each in shown["changes"]] == ["complete"]
    assert shown["check"]["available"] is True


def test_who_was_partner_of_record_on_a_date_and_as_known_on_a_date(
    cast: Cast, type_in: Type
) -> None:
    ref = cast.contract(partners=[Of(cast.larkspur), Of(cast.dune, "distributor", days=50)])
    cast.change(ref)

    def names(days: int, *words: str) -> list[str]:
        day = (clock.today() + timedelta(days=days)).isoformat()
        shown = type_in("agreement", "show", ref, "--as-of", day, *words, "--json").json
        return [each["name"] for each in shown["partners_of_record"]]

    assert names(-101) == []
    assert names(-100) == names(-51) == ["Larkspur Systems"]
    assert names(-50) == names(-1) == ["Larkspur Systems", "Dune Distribution"]
    assert names(0) == names(500) == ["Gorse Digital"]
    assert names(0, "--known-at", (clock.today() - timedelta(days=1)).isoformat()) == []


def test_what_will_be_known_is_not_known_yet(cast: Cast, type_in: Type) -> None:
    ref = cast.contract()
    words = ("agreement", "show", ref, "--json", "--known-at")
    shown = type_in(*words, clock.today().isoformat()).json
    assert (shown["known_at"], type(shown["final"])) == (None, bool)
    ended = type_in(*words, (clock.today() + timedelta(days=1)).isoformat())
    assert (ended.code, ended.out) == (3, "")


def test_an_instant_can_be_named_instead_of_a_day(cast: Cast, type_in: Type) -> None:
    ref = cast.contract()
    before = clock.business_now() - timedelta(seconds=1)
    cast.change(ref)
    words = ("agreement", "show", ref, "--json", "--as-of")
    shown = type_in(*words, before.isoformat()).json
    assert [each["name"] for each in shown["partners_of_record"]] == ["Larkspur Systems"]
    assert type_in(*words, before.replace(tzinfo=None).isoformat()).code == 2
    assert type_in(*words, "yesterday").code == 2


def test_an_agreement_that_there_is_not(cast: Cast, type_in: Type) -> None:
    ended = type_in("agreement", "show", "999", "--json")
    assert (ended.code, ended.out) == (4, "")
    assert "999" in ended.err


def test_people_see_an_agreement_as_tables(cast: Cast, type_in: Type) -> None:
    ref = cast.contract(partners=[])
    out = type_in("agreement", "show", ref).out
    assert "none: sold direct" in out
    assert "No changes yet." in out


def test_a_partner_is_found_by_its_whole_number_only(cast: Cast, type_in: Type) -> None:
    number = cast.gorse.account_number
    found = type_in("partner", "find", number, "--json").json
    assert (found["account_number"], found["name"]) == (number, "Gorse Digital")
    assert (found["kind"], found["status"]) == ("solution_provider", "active")
    assert type_in("partner", "find", number[:-1]).code == 4
    assert type_in("partner", "find", "%").code == 4
    assert "Gorse Digital" in type_in("partner", "find", number).out


def test_every_setting_with_its_meaning_and_no_secret(
    type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFRECORD_SMTP_URL", "smtp://ada:hush@mail.example:587")
    told = {each["name"]: each for each in type_in("settings", "--json").json["settings"]}
    assert set(told) == {setting.name for setting in SETTINGS}
    assert told["OFRECORD_SMTP_URL"]["value"] == "(set)"
    assert all(each["meaning"] for each in told.values())
    for words in ((), ("--json",)):
        assert "hush" not in type_in("settings", *words).out
        assert "hush" in type_in("settings", "--reveal", *words).out


def test_help_names_every_command(type_in: Type) -> None:
    out = type_in("--help").out
    assert all(f" {name} " in out for name in COMMANDS)
    assert type_in("teleport").code == 2


def test_completion_for_shells(type_in: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_OFRECORD_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "ofrecord change s")
    monkeypatch.setenv("COMP_CWORD", "2")
    completed = type_in()
    assert {"show", "submit"} <= set(completed.out.split())
