"""The vendor's ERP books transactions through the API, and the account reads its orders."""

from datetime import date, timedelta
from typing import Any

import pytest

from ofrecord.journal import clock
from tests.api.systems import Systems, said
from tests.cast import Cast, of_record
from tests.quotes.selling import GORSE, LARKSPUR, accepted, issued, orders, sound


def sold(reference: str, **given: Any) -> dict[str, Any]:
    """Five more seats, sold by Gorse."""
    return {
        "transaction": f"SO-{reference}",
        "kind": "seats",
        "account": "5100000001",
        "partner": "7200000002",
        "agreement": reference,
        "lines": [{"product": "Draft", "seats": 5}],
        "currency": "EUR",
        "net": "600.00",
        "tax": "114.00",
        "purchase_order": "PO 7",
        **given,
    }


def test_a_booked_transaction_changes_the_partner(cast: Cast, systems: Systems) -> None:
    reference = cast.subscription()
    answer = systems.vendor.post("/orders", sold(reference))
    made = said(answer)
    assert answer.status_code == 201, made
    assert (made["net"], made["tax"], made["total"]) == ("600.00", "114.00", "714.00")
    assert made["agreements"] == [reference] and len(made["partner_changes"]) == 1
    assert (made["transaction"], made["quote"]) == (f"SO-{reference}", None)
    assert of_record(reference) == {GORSE}
    (number,) = made["partner_changes"]
    change = said(systems.vendor.get(f"/partner-changes/{number}"))
    assert change["occasion"] == "order"
    sound()


def test_posted_again_it_is_the_same_order(cast: Cast, systems: Systems) -> None:
    reference = cast.subscription()
    first = systems.vendor.post("/orders", sold(reference), Idempotency_Key="one")
    replayed = systems.vendor.post("/orders", sold(reference), Idempotency_Key="one")
    again = systems.vendor.post("/orders", sold(reference))
    assert (first.status_code, replayed.status_code, again.status_code) == (201, 201, 200)
    assert first.content == replayed.content
    assert said(again) == said(first)
    other = systems.vendor.post("/orders", sold(reference, net="1.00"))
    assert (other.status_code, said(other)["code"]) == (409, "transaction_differs")
    assert orders() == 1


def test_a_renewal_waits_for_its_term(cast: Cast, systems: Systems, settings: Any) -> None:
    reference = cast.contract(days=39)
    start = clock.today() + timedelta(days=40)
    term = {"kind": "renewal", "start_on": start.isoformat()}
    until = date(start.year + 1, start.month, 1)
    made = systems.vendor.post("/orders", sold(reference, **term, end_on=until.isoformat()))
    assert made.status_code == 201, made.content
    assert said(made)["begins_on"] == start.isoformat()
    assert of_record(reference) == {LARKSPUR}
    settings.OFRECORD_TODAY = start
    assert of_record(reference) == {GORSE}
    sound()


def test_a_purchase_names_the_agreement_that_it_began(cast: Cast, systems: Systems) -> None:
    today = clock.today()
    term = {"start_on": today.isoformat(), "end_on": (today + timedelta(days=364)).isoformat()}
    given = {"kind": "purchase", "agreement": None, **term}
    made = said(systems.vendor.post("/orders", sold("new", **given)))
    (reference,) = made["agreements"]
    assert of_record(reference) == {GORSE}


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"partner": "7299999999"}, 404, "not_found"),
        ({"account": "5100000002"}, 404, "not_found"),
        ({"currency": "XXQ"}, 409, "currency_unknown"),
        ({"net": "1.005"}, 409, "amount_unusable"),
        ({"net": "-1"}, 422, "invalid"),
        ({"net": 1.5}, 422, "invalid"),
        ({"lines": []}, 422, "invalid"),
        ({"kind": "renewal"}, 409, "term_unusable"),
        ({"lines": [{"product": "Other", "seats": 1}]}, 409, "lines_unusable"),
    ],
)
def test_what_cannot_be_booked_is_refused_and_leaves_nothing(
    cast: Cast, systems: Systems, given: dict[str, Any], status: int, code: str
) -> None:
    reference = cast.subscription()
    answer = systems.vendor.post("/orders", sold(reference, **given))
    assert (answer.status_code, said(answer)["code"]) == (status, code), answer.content
    assert orders() == 0 and of_record(reference) == {LARKSPUR}


def test_an_account_reads_its_own_orders_page_by_page(cast: Cast, systems: Systems) -> None:
    own = [cast.subscription() for _ in range(3)]
    for each in own:
        systems.vendor.post("/orders", sold(each))
    foreign = cast.subscription(account=cast.birch)
    other = said(systems.vendor.post("/orders", sold(foreign, account="5100000002")))
    first = said(systems.alder.get("/orders?limit=2"))
    rest = said(systems.alder.get(f"/orders?limit=2&cursor={first['next_cursor']}"))
    shown = [each["agreements"][0] for each in [*first["orders"], *rest["orders"]]]
    assert shown == own[::-1] and rest["next_cursor"] is None
    assert systems.alder.get(f"/orders/{other['number']}").status_code == 404
    assert systems.alder.get(f"/orders?cursor={other['number']}").status_code == 404
    assert said(systems.vendor.get(f"/orders/{other['number']}"))["account"] == "5100000002"


def test_the_order_of_a_quote_is_read_as_well(cast: Cast, systems: Systems) -> None:
    quote = issued(cast, cast.subscription(days=39))
    done = accepted(cast, quote, purchase_order="PO 9")
    read = said(systems.alder.get(f"/orders/{done.order.number}"))
    assert (read["quote"], read["purchase_order"]) == (quote.number, "PO 9")
    assert read["partner_changes"] == list(done.changes)
