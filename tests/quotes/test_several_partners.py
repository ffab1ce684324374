"""A transaction through one of several partners of record names nobody else: all of them stay."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ofrecord.journal import clock
from ofrecord.quotes.accept import preview
from ofrecord.quotes.offers import Line
from tests.cast import Cast, Of, of_record
from tests.quotes.selling import DUNE, GORSE, LARKSPUR, accepted, issued, sound
from tests.quotes.test_book import booked, sale

FIVE = Line("Draft", 5, Decimal(60))


def shared(cast: Cast, model: str, **given: int) -> str:
    """An agreement of Larkspur, which resells, and Dune, which distributes."""
    partners = (Of(cast.larkspur), Of(cast.dune, "distributor"))
    return str(getattr(cast, model)(partners=partners, **given))


@pytest.mark.parametrize("seller", ["lou", "dee"])
def test_seats_by_quote_of_one_of_them(cast: Cast, seller: str) -> None:
    reference = shared(cast, "subscription")
    quote = issued(cast, reference, "seats", by=seller, ask=False, lines=(FIVE,))
    shown = preview(quote.number, by=cast.actor("pia")).effect
    assert shown and shown.keeps and shown.after == shown.before
    assert accepted(cast, quote).changes == ()
    assert of_record(reference) == {LARKSPUR, DUNE}
    sound()


@pytest.mark.parametrize("model", ["contract", "subscription"])
def test_a_renewal_by_quote_of_one_of_them(cast: Cast, model: str) -> None:
    reference = shared(cast, model, days=39)
    accepted(cast, issued(cast, reference, by="lou", ask=False))
    then = clock.midnight(clock.today() + timedelta(days=40))
    assert of_record(reference, then) == {LARKSPUR, DUNE}
    sound()


@pytest.mark.parametrize(("model", "kind"), [("subscription", "seats"), ("contract", "renewal")])
def test_what_the_erp_books_through_one_of_them(cast: Cast, model: str, kind: str) -> None:
    reference = shared(cast, model, days=39)
    done = booked(sale(reference, kind, partner=cast.larkspur.account_number))
    then = clock.midnight(clock.today() + timedelta(days=40))
    assert done.changes == ()
    assert of_record(reference) == of_record(reference, then) == {LARKSPUR, DUNE}
    sound()


def test_one_that_names_another_replaces_them_all(cast: Cast) -> None:
    reference = shared(cast, "subscription")
    assert booked(sale(reference, "seats")).changes
    assert of_record(reference) == {GORSE}
    sound()


def test_one_that_is_of_record_no_more_when_it_counts_is_another(cast: Cast) -> None:
    reference = shared(cast, "subscription", days=39)
    quote = issued(cast, reference)
    accepted(cast, quote)
    then = clock.midnight(clock.today() + timedelta(days=40))
    assert of_record(reference, then) == {GORSE}
    kept = booked(sale(reference, "seats", partner=cast.larkspur.account_number))
    assert kept.changes == () and of_record(reference, then) == {GORSE}
    sound()
