"""What was ordered for later begins on its day, by the clock or with what is ordered next."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.quotes.begin import begin
from ofrecord.quotes.book import book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.offers import Line
from tests.cast import Cast, of_record, types
from tests.quotes.selling import GORSE, accepted, issued, refusal, sound
from tests.quotes.test_book import ERP, booked, sale, seats

MORE = (Bought("Draft", 5),)


def by_the_clock() -> int:
    return begin(by=Actor.system())


def test_seats_booked_on_the_day_are_added_to_those_of_the_renewal(
    cast: Cast, settings: Any
) -> None:
    reference = cast.subscription(days=39)
    renewed = booked(sale(reference, lines=(Bought("Draft", 25),)))
    assert renewed.order
    settings.OFRECORD_TODAY = renewed.order.begins_on
    booked(sale(reference, "seats", lines=MORE))
    assert seats(reference) == {"Draft": 30}
    assert by_the_clock() == 0
    assert seats(reference) == {"Draft": 30} and of_record(reference) == {GORSE}
    assert types(reference).count("agreement.updated") == 3
    sound()


def test_so_are_those_of_a_quote(cast: Cast, settings: Any) -> None:
    reference, other = cast.contract(days=39), cast.contract(days=200)
    line = Line("Draft", 25, Decimal(90))
    renewed = accepted(cast, issued(cast, reference, lines=(line,), by="lou", ask=False))
    settings.OFRECORD_TODAY = renewed.order.begins_on
    early = issued(cast, reference, "seats", by="lou", ask=False)
    assert refusal(accepted, cast, early) == "agreement_moved", "it was made for the term before"
    booked(sale(other, "seats", partner="7200000001", lines=MORE))
    assert seats(reference) == {"Draft": 10}, "of another agreement nothing begins"
    assert by_the_clock() == 1
    accepted(cast, issued(cast, reference, "seats", by="lou", ask=False))
    assert seats(reference) == {"Draft": 35}
    sound()


@pytest.mark.parametrize("way", ["quote", "erp"])
def test_nothing_is_switched_while_a_renewal_waits(cast: Cast, settings: Any, way: str) -> None:
    reference = cast.subscription(days=39)
    first = accepted(cast, issued(cast, reference)) if way == "quote" else booked(sale(reference))
    switch = sale(reference, "switch", lines=(Bought("Plant", 5, "Draft"),))
    assert refusal(book, [switch], by=ERP) == "renewal_waits"
    assert first.order
    settings.OFRECORD_TODAY = first.order.begins_on
    booked(switch)
    assert seats(reference) == {"Plant": 5} and by_the_clock() == 0
    sound()


def test_all_purchases_whose_day_has_come_begin_in_one_pass(cast: Cast, settings: Any) -> None:
    start = clock.today() + timedelta(days=10)
    for number in ("SO-1", "SO-2", "SO-3"):
        booked(sale(kind="purchase", start_on=start, number=number))
    settings.OFRECORD_TODAY = start
    assert (by_the_clock(), by_the_clock()) == (3, 0)
    sound()
