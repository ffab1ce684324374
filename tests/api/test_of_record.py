"""A partner's own system reads what the firm is of record for, as its people do at the desk."""

from datetime import timedelta
from typing import Any

import pytest

from ofrecord.journal import clock
from ofrecord.parties.scopes import HELD_BY
from tests.api.systems import System, Systems, said, system
from tests.cast import Cast, Of

LIST = "/agreements-of-record"


@pytest.fixture
def larkspur(cast: Cast) -> System:
    return system("Larkspur's tool", cast.larkspur.account_number, HELD_BY["partner"])


def listed(who: System, show: str = "now", **given: Any) -> list[dict[str, Any]]:
    asked = "".join(f"&{name}={value}" for name, value in given.items())
    answer = who.get(f"{LIST}?show={show}{asked}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = said(answer)["agreements_of_record"]
    return found


def test_a_firm_of_record_reads_the_term_and_the_subscriptions(
    cast: Cast, larkspur: System
) -> None:
    reference = cast.contract(days=100, products=("Draft", "Plant"))
    (line,) = listed(larkspur)
    assert (line["agreement"], line["account"]) == (reference, "Alder Works")
    assert (line["role"], line["products"]) == ("reseller", ["Draft", "Plant"])
    assert line["term"]["end_on"] == (clock.today() + timedelta(days=100)).isoformat()
    whole = larkspur.get(f"{LIST}/{reference}")
    shown = said(whole)
    assert shown["of_record"] is True
    assert shown["account"] == {"account_number": "5100000001", "name": "Alder Works"}
    assert [each["product"] for each in shown["subscriptions"]] == ["Draft", "Plant"]
    assert [each["number"] for each in shown["terms"]] == [1]
    again = larkspur.get(f"{LIST}/{reference}", If_None_Match=whole.headers["ETag"])
    assert again.status_code == 304


def test_after_its_role_a_firm_reads_only_its_own_past_and_before_it_only_its_own_future(
    cast: Cast, systems: Systems, larkspur: System, settings: Any
) -> None:
    reference = cast.contract()
    day = clock.today() + timedelta(days=5)
    number = cast.change(reference, effective_on=day)
    (coming,) = listed(systems.gorse, "coming")
    assert (coming["agreement"], coming["term"], coming["products"]) == (reference, None, [])
    settings.OFRECORD_TODAY = day
    assert listed(larkspur) == [] and listed(systems.gorse, "coming") == []
    (past,) = listed(larkspur, "formerly")
    assert past["effective_until"] == clock.midnight(day).isoformat()
    kept = larkspur.get(f"{LIST}/{reference}")
    shown = said(kept)
    assert (shown["of_record"], shown["country"]) == (False, None)
    assert shown["terms"] == shown["subscriptions"] == []
    assert shown["account"] == {"account_number": None, "name": "Alder Works"}
    (now,) = listed(systems.gorse)
    assert now["seats"] == 10
    for answer in (kept, larkspur.get(f"{LIST}?show=formerly")):
        text = answer.content.decode()
        assert "Gorse" not in text and number not in text and "7200000002" not in text
    assert "Larkspur" not in systems.gorse.get(f"{LIST}/{reference}").content.decode()


def test_of_a_tenure_of_one_subscription_a_firm_reads_that_one(
    cast: Cast, systems: Systems
) -> None:
    partners = [Of(cast.larkspur, product="Draft"), Of(cast.gorse, product="Plant")]
    reference = cast.contract(products=("Draft", "Plant"), partners=partners)
    (line,) = listed(systems.gorse)
    assert line["products"] == ["Plant"]
    shown = said(systems.gorse.get(f"{LIST}/{reference}"))
    assert [each["product"] for each in shown["subscriptions"]] == ["Plant"]
    assert len(shown["tenures"]) == 1


def test_what_a_firm_never_had_is_not_found_like_what_does_not_exist(
    cast: Cast, systems: Systems
) -> None:
    told = []
    for reference in (cast.contract(), cast.contract(account=cast.birch), "409999999999"):
        answer = systems.gorse.get(f"{LIST}/{reference}")
        same = {**said(answer), "request_id": ""}
        told.append((answer.status_code, str(same).replace(reference, "")))
    assert told[0] == told[1] == told[2] and told[0][0] == 404
    assert listed(systems.gorse) == []


def test_the_list_goes_on_where_it_was_and_by_role(cast: Cast, systems: Systems) -> None:
    refs = [cast.contract(partners=[Of(cast.gorse, days=30 + n)]) for n in range(3)]
    cast.contract(partners=[Of(cast.gorse, role="services", days=10)])
    first = said(systems.gorse.get(f"{LIST}?role=reseller&limit=2"))
    rest = said(systems.gorse.get(f"{LIST}?role=reseller&limit=2&cursor={first['next_cursor']}"))
    both = [*first["agreements_of_record"], *rest["agreements_of_record"]]
    assert [each["agreement"] for each in both] == refs and rest["next_cursor"] is None
    lost = systems.gorse.get(f"{LIST}?cursor=2026-99-99T00:00:00Z~1")
    assert (lost.status_code, said(lost)["code"]) == (404, "cursor_unknown")
