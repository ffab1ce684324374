"""Every rule and boundary: the page's answer and what submit does are the same verdicts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ofrecord.changes.check import Check
from ofrecord.changes.refusals import NotAvailable, Refused
from ofrecord.journal import clock
from tests.cast import Cast, of_record, types

Cases = list[tuple[dict[str, Any], list[str]]]

CONTRACTS: Cases = [
    ({"days": 400, "lasting": 500}, []),
    ({"days": 91}, []),
    ({"days": 90}, ["near_expiration"]),
    ({"days": 1}, ["near_expiration"]),
    ({"days": 0}, ["near_expiration"]),
    ({"days": -1}, ["expired"]),
    ({"days": -30}, ["expired"]),
    ({"days": -31}, ["expired"]),
    ({"days": 200, "auto_renew": True}, ["auto_renews"]),
    ({"days": 20, "auto_renew": True}, ["auto_renews", "near_expiration"]),
    ({"days": 200, "program": "eba"}, []),
    ({"days": 200, "program": "eba", "token_flex": True}, ["token_flex"]),
    (
        {"days": 20, "program": "eba", "token_flex": True, "auto_renew": True},
        ["auto_renews", "token_flex", "near_expiration"],
    ),
]
SUBSCRIPTIONS: Cases = [
    ({"days": days, "auto_renew": renews}, ["transaction_only"])
    for days in (200, 20, -5)
    for renews in (True, False)
]


def codes(check: Check) -> list[str]:
    return [verdict.code for verdict in check.verdicts]


def is_the_same_for_submit(cast: Cast, check: Check, **given: Any) -> None:
    """Submit refuses with what `check` says, or goes through where it says nothing."""
    before = types(check.reference)
    if check.available:
        cast.submit(check.reference, **given)
        assert types(check.reference) != before
        return
    with pytest.raises(Refused) as refused:
        cast.submit(check.reference, **given)
    assert refused.value.verdicts == check.verdicts
    assert types(check.reference) == before


@pytest.mark.parametrize(("given", "expected"), CONTRACTS)
def test_what_stands_against_a_contract(
    cast: Cast, given: dict[str, Any], expected: list[str]
) -> None:
    check = cast.check(cast.contract(**given))
    assert codes(check) == expected
    assert check.available == (not expected)
    is_the_same_for_submit(cast, check)


@pytest.mark.parametrize(("given", "expected"), SUBSCRIPTIONS)
def test_what_stands_against_a_subscription(
    cast: Cast, given: dict[str, Any], expected: list[str]
) -> None:
    check = cast.check(cast.subscription(**given))
    assert codes(check) == expected
    is_the_same_for_submit(cast, check)


def test_one_query_judges_all_as_it_judges_each(cast: Cast) -> None:
    refs = [cast.contract(**given) for given, _ in CONTRACTS]
    refs += [cast.subscription(**given) for given, _ in SUBSCRIPTIONS]
    outcome = cast.submit(*refs)
    told = {item.agreement: [verdict.code for verdict in item.refusals] for item in outcome.items}
    assert list(told.values()) == [expected for _, expected in CONTRACTS + SUBSCRIPTIONS]
    assert list(told) == refs


def test_the_days_on_which_a_rule_refuses(cast: Cast) -> None:
    today = clock.today()

    def days(reference: str) -> dict[str, tuple[date | None, date | None]]:
        check = cast.check(reference)
        return {verdict.code: (verdict.since, verdict.until) for verdict in check.verdicts}

    end = today + timedelta(days=20)
    near = {"near_expiration": (end - timedelta(days=90), end)}
    assert days(cast.contract(days=20)) == near
    assert days(cast.contract(days=20, auto_renew=True)) == {"auto_renews": (None, None), **near}
    assert days(cast.contract(days=-3)) == {"expired": (today - timedelta(days=2), None)}
    assert days(cast.subscription()) == {"transaction_only": (None, None)}


def test_available_until_the_day_before_it_is_near(cast: Cast) -> None:
    today = clock.today()
    assert cast.check(cast.contract(days=91)).available_until == today
    assert cast.check(cast.contract(days=100)).available_until == today + timedelta(days=9)
    assert cast.check(cast.contract(days=90)).available_until is None


@pytest.mark.parametrize(
    ("given", "said", "unsaid"),
    [
        ({"auto_renew": True}, ["Turn auto-renew off first. Then change"], ["Renew"]),
        ({"days": 20, "auto_renew": True}, ["off first. Renew through"], ["Then change"]),
        ({"days": 20}, ["Renew through the new partner, until"], ["auto-renew"]),
        ({"days": -30}, ["Renew through the new partner, until"], ["support"]),
        ({"days": -31}, ["Contact support."], ["Renew"]),
        (
            {"days": 20, "auto_renew": True, "program": "eba", "token_flex": True},
            ["Contact support."],
            ["Renew", "auto-renew"],
        ),
    ],
)
def test_one_remedy_is_composed_of_all_verdicts(
    cast: Cast, given: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    remedy = cast.check(cast.contract(**given)).remedy
    assert remedy is not None
    assert [words for words in said if words not in remedy.text] == []
    assert [words for words in unsaid if words in remedy.text] == []


def test_a_subscription_needs_a_quote(cast: Cast) -> None:
    remedy = cast.check(cast.subscription(auto_renew=True)).remedy
    assert remedy is not None and "Ask the new partner for a quote" in remedy.text


def test_support_is_where_the_vendor_says(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_CASES = False
    settings.OFRECORD_SUPPORT_URL = "https://vendor.example/help"
    reference = cast.contract(program="eba", token_flex=True)
    (verdict,) = cast.check(reference).verdicts
    assert verdict.remedy.url == "https://vendor.example/help"


PARTNERS: dict[str, Callable[[Cast], str]] = {
    "partner_malformed": lambda cast: "72-1",
    "partner_unknown": lambda cast: "9999999999",
    "partner_inactive": lambda cast: _number(cast, status="suspended"),
    "partner_same": lambda cast: cast.larkspur.account_number,
    "partner_territory": lambda cast: _number(cast, authorized_countries=["FR", "IT"]),
    "partner_product": lambda cast: _number(cast, authorized_products=["Sketch"]),
}


def _number(cast: Cast, **given: Any) -> str:
    return cast.partner("7200000009", "Quill", **given).account_number


@pytest.mark.parametrize("code", PARTNERS)
def test_what_stands_against_a_partner(cast: Cast, code: str) -> None:
    reference, number = cast.contract(), PARTNERS[code](cast)
    check = cast.check(reference, partner=number)
    assert codes(check) == [code]
    is_the_same_for_submit(cast, check, partner=number)


@pytest.mark.parametrize(
    "given",
    [
        {"authorized_countries": ["DE"]},
        {"authorized_products": ["Draft", "Sketch"]},
        {"kind": "distributor"},
    ],
)
def test_a_partner_that_fits(cast: Cast, given: dict[str, Any]) -> None:
    kind = given.pop("kind", "reseller")
    number = cast.partner("7200000009", "Quill", kind, **given).account_number
    reference = cast.contract(products=("Draft", "Sketch"))
    is_the_same_for_submit(cast, cast.check(reference, partner=number), partner=number)
    role = "distributor" if kind == "distributor" else "reseller"
    assert of_record(reference) == {("Quill", role, None)}


def test_every_product_in_scope_must_be_authorized(cast: Cast) -> None:
    number = _number(cast, authorized_products=["Draft"])
    check = cast.check(cast.contract(products=("Draft", "Sketch")), partner=number)
    assert codes(check) == ["partner_product"]
    assert check.verdicts[0].reason == "Quill is not authorized for: Sketch."


def test_a_partner_that_fails_in_every_way_is_told_all(cast: Cast) -> None:
    number = _number(
        cast, status="terminated", authorized_countries=["FR"], authorized_products=["Sketch"]
    )
    reference = cast.contract(days=20, auto_renew=True)
    check = cast.check(reference, partner=number, by="vera")
    assert codes(check) == [
        "auto_renews",
        "near_expiration",
        "not_permitted",
        "partner_inactive",
        "partner_territory",
        "partner_product",
    ]
    is_the_same_for_submit(cast, check, partner=number, by="vera")


def test_a_change_in_progress_is_named(cast: Cast) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=clock.today() + timedelta(days=3))
    check = cast.check(reference, partner=cast.dune.account_number)
    assert codes(check) == ["change_in_progress"]
    assert number in check.verdicts[0].reason and "scheduled" in check.verdicts[0].reason
    with pytest.raises(NotAvailable):
        cast.submit(reference, partner=cast.dune.account_number)


def test_a_later_day_is_judged_as_today_is(cast: Cast) -> None:
    reference = cast.contract(days=95)
    today = clock.today()
    assert codes(cast.check(reference, effective_on=today + timedelta(days=4))) == []
    refused = cast.check(reference, effective_on=today + timedelta(days=5))
    assert codes(refused) == ["near_expiration"]
    is_the_same_for_submit(cast, refused, effective_on=today + timedelta(days=5))
