"""Which products a transaction names: those that the agreement holds, each as often as it does."""

from decimal import Decimal
from typing import Any

import pytest

from ofrecord.agreements.models import Agreement, Subscription
from ofrecord.changes.refusals import Refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.begin import begin
from ofrecord.quotes.book import book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.offers import Line
from tests.cast import Cast
from tests.quotes.selling import TEN, accepted, ends_on, issued, orders, refusal, sound
from tests.quotes.test_book import ERP, booked, sale

LARKSPUR = "7200000001"


def test_seats_of_one_of_several_subscriptions_of_a_product_are_for_support(cast: Cast) -> None:
    reference = twice(cast, days=60)
    for kind, line in (("seats", Bought("Draft", 3)), ("switch", Bought("Plant", 3, "Draft"))):
        (said,) = against(reference, kind, line)
        assert (said.code, said.reason, said.remedy and said.remedy.text) == (
            "lines_unusable",
            "The agreement has several subscriptions of Draft.",
            "Contact support.",
        )
    draft = Line("Draft", 3, Decimal(9))
    assert refusal(issued, cast, reference, "seats", by="lou", ask=False, lines=(draft,)) == (
        "lines_unusable"
    )
    assert held(reference) == [("Draft", 10), ("Draft", 5), ("Plant", 10)]


def test_a_renewal_has_a_line_for_each_of_them(cast: Cast, settings: Any) -> None:
    reference = twice(cast, days=60)
    plant = Line("Plant", 20, Decimal(9))
    for lines in ((TEN, plant), (TEN, TEN, TEN, plant)):
        assert refusal(issued, cast, reference, lines=lines, by="lou", ask=False) == (
            "lines_unusable"
        )
    four = Line("Draft", 4, Decimal(9))
    done = accepted(cast, issued(cast, reference, lines=(TEN, plant, four), by="lou", ask=False))
    settings.OFRECORD_TODAY = done.order.begins_on
    assert begin(by=Actor.system()) == 1
    assert held(reference) == [("Draft", 10), ("Draft", 4), ("Plant", 20)]
    sound()


def test_a_contract_is_not_bought_with_a_product_twice(cast: Cast) -> None:
    lines = (Bought("Draft", 3), Bought("Draft", 4))
    (said,) = against("", "purchase", *lines, purchasing_model="contract")
    assert said.reason == "A product is named twice."
    given: dict[str, Any] = {"lines": (TEN, TEN), "purchasing_model": "contract"}
    offered = {"kind": "purchase", "start_on": clock.today(), **given}
    assert refusal(issued, cast, **offered) == "lines_unusable"
    assert len(booked(sale(kind="purchase", lines=lines)).agreements) == 2
    sound()


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((Bought("Plant", 5, "Draft"),), "would have several subscriptions of Plant."),
        (
            (Bought("Oak", 5, "Draft"), Bought("Oak", 5, "Plant")),
            "would have several subscriptions of Oak.",
        ),
        ((Bought("Oak", 5),), "Say which product is replaced."),
        ((Bought("Oak", 5, "Elm"),), "The agreement has no product Elm."),
    ],
)
def test_a_switch_leaves_one_subscription_of_each_product(
    cast: Cast, lines: tuple[Bought, ...], reason: str
) -> None:
    reference = cast.contract(products=("Draft", "Plant"))
    (said,) = against(reference, "switch", *lines)
    assert said.code == "lines_unusable" and said.reason.endswith(reason)
    assert held(reference) == [("Draft", 10), ("Plant", 10)]


def test_two_products_can_change_places(cast: Cast) -> None:
    reference = cast.contract(products=("Draft", "Plant"))
    lines = (Bought("Plant", 5, "Draft"), Bought("Draft", 7, "Plant"))
    booked(sale(reference, "switch", partner=LARKSPUR, lines=lines))
    assert held(reference) == [("Plant", 5), ("Draft", 7)]
    sound()


def test_the_only_product_is_the_one_that_a_switch_replaces(cast: Cast) -> None:
    reference = cast.subscription()
    booked(sale(reference, "switch", lines=(Bought("Plant", 5),)))
    assert held(reference) == [("Plant", 5)]


def test_without_a_subscription_there_is_nothing_to_add_to_or_to_switch(cast: Cast) -> None:
    reference = cast.subscription(products=())
    (said,) = against(reference, "seats", Bought("Draft", 3), partner="7200000002")
    assert said.reason == "The agreement has no product Draft."
    (said,) = against(reference, "switch", Bought("Plant", 3, "Draft"), partner="7200000002")
    assert said.reason == "The agreement has no product Draft."
    assert orders() == 0


@pytest.mark.parametrize("model", ["contract", "subscription"])
def test_a_renewal_begins_the_subscription_that_an_agreement_lacks(
    cast: Cast, settings: Any, model: str
) -> None:
    reference = getattr(cast, model)(days=39, products=())
    done = accepted(cast, issued(cast, reference, lines=(TEN,)))
    settings.OFRECORD_TODAY = done.order.begins_on
    assert held(reference) == [] and begin(by=Actor.system()) == 1
    assert held(reference) == [("Draft", 10)]
    sound()


def test_a_subscription_is_renewed_with_one_product(cast: Cast) -> None:
    reference = cast.subscription(days=39, products=())
    lines = (Bought("Draft", 3), Bought("Plant", 3))
    (said,) = against(reference, "renewal", *lines, partner="7200000002")
    assert said.reason == "A subscription is of one product."


@pytest.mark.parametrize("kind", ["purchase", "seats"])
def test_only_a_purchase_is_without_an_agreement(cast: Cast, kind: str) -> None:
    reference = cast.subscription() if kind == "purchase" else ""
    end = ends_on(reference) if reference else None
    (said,) = against(reference, kind, Bought("Draft", 3), start_on=end, end_on=end)
    assert said.reason == "Only a new purchase is without an agreement."


def twice(cast: Cast, **given: Any) -> str:
    """A contract of Larkspur with two subscriptions of one product."""
    reference = cast.contract(products=("Draft", "Draft", "Plant"), **given)
    with seeing(Actor.system()):
        second = Subscription.objects.get(reference=f"S-{reference}-2")
        second.seats = 5
        second.save()
        assert Agreement.objects.get(reference=reference).subscriptions.count() == 3
    return reference


def against(reference: str, kind: str, *lines: Bought, **given: Any) -> Any:
    """What refuses a transaction, through Larkspur unless said."""
    sold = sale(reference, kind, lines=lines, **{"partner": LARKSPUR, **given})
    with pytest.raises(Refused) as refused:
        book([sold], by=ERP)
    return refused.value.verdicts


def held(reference: str) -> list[tuple[str, int]]:
    with seeing(Actor.system()):
        own = Subscription.objects.filter(agreement__reference=reference).order_by("id")
        return list(own.values_list("product", "seats"))
