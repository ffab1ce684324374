"""What a partner offers, before it is a quote; and whether it can be offered in this form."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ofrecord.agreements.models import PurchasingModel
from ofrecord.journal import clock
from ofrecord.quotes import refusals, totals
from ofrecord.quotes.models import Kind
from ofrecord.rules.verdicts import Verdict

MOST_LINES, MOST_SEATS = 200, 10_000_000
LARGEST = Decimal(10) ** 12
FINEST = -4
"""Prices have at most four decimals, as the database keeps them."""


@dataclass(frozen=True)
class Line:
    """Seats of a product at a price each for the term, less a percentage or an amount.

    A switch `replaces` a product of the agreement. The dates are those of the quote unless said.
    """

    product: str
    seats: int
    unit_price: Decimal
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    replaces: str = ""
    start_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True)
class Offer:
    """An offer to an account by its number, on one of its agreements by reference.

    A new purchase has no agreement; it begins one of a purchasing model, in a country (the
    account's own unless said). `tax` is an amount that the partner states.
    """

    kind: str
    account: str
    lines: tuple[Line, ...]
    currency: str
    expires_on: date
    agreement: str = ""
    start_on: date | None = None
    end_on: date | None = None
    auto_renew: bool = False
    tax: Decimal = Decimal(0)
    notes: str = ""
    recipients: tuple[str, ...] = ()
    country: str = ""
    purchasing_model: str = PurchasingModel.SUBSCRIPTION


def wrong(offer: Offer) -> list[Verdict]:
    """What is wrong with its form, whoever it is for."""
    if not totals.is_currency(offer.currency):
        return [refusals.currency_unknown(offer.currency)]
    return [*_dates(offer), *_lines(offer), *_amounts(offer)]


def _dates(offer: Offer) -> Iterator[Verdict]:
    start, end = offer.start_on, offer.end_on
    if offer.expires_on < clock.today():
        yield refusals.expires_in_past()
    if offer.kind in (Kind.PURCHASE, Kind.RENEWAL) and not (start and end):
        yield refusals.term_unusable(_("Say when the term starts and ends."))
    if offer.kind == Kind.EXTENSION and not end:
        yield refusals.term_unusable(_("Say until when the term is extended."))
    lines = ((line.start_on or start, line.end_on or end) for line in offer.lines)
    spans = [(start, end), *lines]
    if any(since and until and until < since for since, until in spans):
        yield refusals.term_unusable(_("The term ends before it starts."))


def _lines(offer: Offer) -> Iterator[Verdict]:
    lines = offer.lines
    if not 1 <= len(lines) <= MOST_LINES:
        yield refusals.lines_unusable(
            _("A quote has 1 to %(most)s lines.") % {"most": MOST_LINES},
        )
    if any(not line.product.strip() for line in lines):
        yield refusals.lines_unusable(_("Name the product of each line."))
    if any(not 1 <= line.seats <= MOST_SEATS for line in lines):
        yield refusals.lines_unusable(_("Each line has at least one seat."))
    if (offer.kind == Kind.PURCHASE) is bool(offer.agreement):
        yield refusals.only_a_purchase()


def _amounts(offer: Offer) -> Iterator[Verdict]:
    if not (_usable(offer.tax) and totals.is_payable(offer.tax, offer.currency)):
        yield refusals.amount_unusable(_("The tax is no amount of this currency."))
    for line in offer.lines:
        given = [line.unit_price, line.discount_amount, line.discount_percent]
        if not all(_usable(each) for each in given if each is not None):
            yield refusals.amount_unusable(_("Give amounts from 0, with at most four decimals."))
        elif line.discount_amount is not None and line.discount_percent is not None:
            yield refusals.amount_unusable(_("A discount is a percentage or an amount."))
        elif line.seats * line.unit_price >= LARGEST:
            yield refusals.amount_unusable(_("A line cannot cost as much as that."))
        elif not _discounted(line):
            yield refusals.amount_unusable(_("A discount cannot be more than the price."))


def _usable(amount: Decimal) -> bool:
    exponent = amount.normalize().as_tuple().exponent if amount.is_finite() else None
    return isinstance(exponent, int) and exponent >= FINEST and 0 <= amount < LARGEST


def _discounted(line: Line) -> bool:
    """Whether something is left, or nothing, after the discount."""
    most = line.seats * line.unit_price
    return (line.discount_amount or 0) <= most and (line.discount_percent or 0) <= 100
