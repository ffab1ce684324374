"""The vendor's ERP posts what it has booked: the same effect as accepting a quote, once."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from ofrecord.agreements.models import Agreement, Subscription, Term
from ofrecord.changes.apply import apply
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.begin import begin
from ofrecord.quotes.book import Booked, book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.transactions import Transaction, content
from tests.cast import Cast, of_record
from tests.changes.test_concurrency import at_once
from tests.quotes.selling import (
    GORSE,
    LARKSPUR,
    ends_on,
    letters,
    orders,
    refusal,
    sound,
    told,
)

ERP = Actor.system("api")


def sale(reference: str = "", kind: str = "renewal", **given: Any) -> Transaction:
    """What the ERP has booked through Gorse: by default the next year of an agreement."""
    said: dict[str, Any] = {
        "number": f"SO-{reference or 'new'}-{kind}",
        "kind": kind,
        "account": "5100000001",
        "partner": "7200000002",
        "agreement": reference,
        "lines": (Bought("Draft", 12),),
        "currency": "EUR",
        "net": Decimal("1440.00"),
        "tax": Decimal("273.60"),
        **given,
    }
    if kind == "renewal" and "start_on" not in said:
        said["start_on"] = ends_on(reference) + timedelta(days=1)
    if kind == "purchase" and "start_on" not in said:
        said["start_on"] = clock.today()
    if kind in ("renewal", "purchase", "extension") and "end_on" not in said:
        said["end_on"] = (said.get("start_on") or ends_on(reference)) + timedelta(days=364)
    return Transaction(**said)


def booked(sold: Transaction) -> Booked:
    (done,) = book([sold], by=ERP)
    return done


def seats(reference: str) -> dict[str, int]:
    with seeing(Actor.system()):
        held = Subscription.objects.filter(agreement__reference=reference)
        return dict(held.values_list("product", "seats"))


@pytest.mark.parametrize("model", ["contract", "subscription"])
def test_a_renewal_begins_with_its_term_with_every_job_down_that_day(
    cast: Cast, settings: Any, model: str
) -> None:
    reference = getattr(cast, model)(days=39)
    today = clock.today()
    done = booked(sale(reference))
    assert done.order and done.agreements == (reference,) and len(done.changes) == 1
    with seeing(Actor.system()):
        change = PartnerChange.objects.get(number=done.changes[0])
        assert Term.objects.filter(agreement__reference=reference).count() == 2
    assert (change.cause, change.occasion) == (f"order/{done.order.number}", "order")
    assert of_record(reference) == {LARKSPUR} and seats(reference) == {"Draft": 10}
    settings.OFRECORD_TODAY = today + timedelta(days=40)
    assert of_record(reference) == {GORSE}
    settings.OFRECORD_TODAY = today + timedelta(days=41)
    assert (apply(by=Actor.system()), begin(by=Actor.system())) == (1, 1)
    assert seats(reference) == {"Draft": 12}
    assert begin(by=Actor.system()) == 0
    sound()


@pytest.mark.parametrize("kind", ["extension", "seats", "switch"])
def test_other_transactions_change_the_partner_of_a_subscription_at_once(
    cast: Cast, kind: str
) -> None:
    reference = cast.subscription()
    lines = (Bought("Plant", 5, "Draft"),) if kind == "switch" else (Bought("Draft", 5),)
    booked(sale(reference, kind, lines=lines))
    assert of_record(reference) == {GORSE}
    expected = {"extension": {"Draft": 10}, "seats": {"Draft": 15}, "switch": {"Plant": 5}}
    assert seats(reference) == expected[kind]
    sound()


def test_on_a_contract_they_keep_it(cast: Cast) -> None:
    reference = cast.contract()
    assert refusal(book, [sale(reference, "seats")], by=ERP) == "contract_keeps_partner"
    done = booked(sale(reference, "seats", partner="7200000001"))
    assert done.changes == () and of_record(reference) == {LARKSPUR}
    assert seats(reference) == {"Draft": 22}
    sound()


def test_a_purchase_begins_an_agreement_with_its_partner(cast: Cast) -> None:
    done = booked(sale(kind="purchase", purchasing_model="contract"))
    (reference,) = done.agreements
    assert of_record(reference) == {GORSE} and seats(reference) == {"Draft": 12}
    assert done.order and told(done.order.number).count("order.booked") == 1
    sound()


def test_the_same_number_is_booked_once_and_never_for_something_else(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    sold = sale(reference)
    first, again = booked(sold), booked(sold)
    assert first.order and again.order and again.known
    assert again.order.number == first.order.number and orders() == 1
    other = sale(reference, "seats", number=sold.number)
    assert refusal(book, [other], by=ERP) == "transaction_differs"
    assert len(letters("order.booked.account")) == 2, "one to each admin"
    sound()


def test_what_was_said_is_known_by_the_same_hash_for_good() -> None:
    lines = (Bought("Draft", 12),)
    sold = Transaction("SO-1", "seats", "51", "72", lines, "EUR", Decimal("10.00"))
    assert content(sold) == ("d167f4ef8dd2f187ef6e6070935b83adab00fcb30ee19cff3f9ae2fb65492e6a")


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("purchase", {"start_on": date(2031, 5, 1)}),
        ("purchase", {"end_on": date(2031, 5, 1)}),
        ("purchase", {"auto_renew": True}),
        ("purchase", {"purchase_order": "PO 8"}),
        ("purchase", {"country": "AT"}),
        ("purchase", {"purchasing_model": "contract"}),
        ("purchase", {"partner": "7200000001"}),
        ("purchase", {"net": Decimal("1440.01")}),
        ("purchase", {"lines": (Bought("Draft", 12), Bought("Plant", 1))}),
        ("seats", {"auto_renew": True}),
    ],
)
def test_whatever_differs_it_is_another_transaction(
    cast: Cast, settings: Any, kind: str, other: dict[str, Any]
) -> None:
    settings.OFRECORD_TODAY = date(2031, 4, 1)
    reference = "" if kind == "purchase" else cast.subscription()
    sold = sale(reference, kind, number="SO-1", purchase_order="PO 7")
    booked(sold)
    assert booked(replace(sold, net=Decimal(1440))).known, "written otherwise, it is the same"
    assert refusal(book, [replace(sold, **other)], by=ERP) == "transaction_differs"
    assert orders() == 1


def test_each_is_judged_singly_and_what_is_refused_leaves_nothing(cast: Cast) -> None:
    good, bad = cast.subscription(), cast.subscription()
    cast.partner("7200000009", "Quiet Reed", status="suspended")
    done = book(
        [
            sale(good, "seats"),
            sale(bad, "seats", partner="7200000009"),
            sale("71-99999999", "seats"),
            sale(bad, "seats", number="SO-2", currency="XXQ"),
            sale(bad, "seats", number="SO-3", lines=(Bought("Unknown", 1),)),
            sale(bad, "seats", number="SO-4", net=Decimal("1.005")),
        ],
        by=ERP,
    )
    codes = [[each.code for each in one.refusals] for one in done]
    assert codes == [
        [],
        ["partner_inactive"],
        ["not_found"],
        ["currency_unknown"],
        ["lines_unusable"],
        ["amount_unusable"],
    ]
    assert orders() == 1 and seats(bad) == {"Draft": 10} and of_record(bad) == {LARKSPUR}
    sound()


@pytest.mark.parametrize("who", ["pia", "lou", "gil", "stan"])
def test_only_the_vendor_books(cast: Cast, who: str) -> None:
    sold = sale(cast.subscription(), "seats")
    assert refusal(book, [sold], by=cast.actor(who)) == "not_permitted"
    assert orders() == 0


def test_an_agreement_of_another_account_is_not_found(cast: Cast) -> None:
    reference = cast.subscription(account=cast.birch)
    assert refusal(book, [sale(reference, "seats")], by=ERP) == "not_found"
    with seeing(Actor.system()):
        assert Agreement.objects.get(reference=reference).version == 1


@pytest.mark.slow
def test_posted_many_times_at_once_it_is_one_order(fresh_cast: Cast) -> None:
    reference = fresh_cast.subscription()
    sold, bought = sale(reference, "seats"), sale(kind="purchase")
    outcomes = at_once([partial(book, [each], by=ERP) for each in (sold, bought) * 5])
    assert orders() == 2, outcomes
    assert sum(not one.known for (one,) in outcomes) == 2
    assert seats(reference) == {"Draft": 22}
    sound()
