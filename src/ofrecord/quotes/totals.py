"""Totals of an offer: computed once, by these functions, and frozen with the quote.

Every line is rounded half-even to the minor units of the currency; totals are sums of what was
rounded, so that the lines add up to what is paid.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import get_currency_precision, list_currencies

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Totals:
    """Amounts in the currency of the quote: before tax, the tax as stated, and what is paid."""

    net: Decimal
    tax: Decimal
    total: Decimal


def is_currency(code: str) -> bool:
    """Whether this is a currency's code of ISO 4217."""
    return len(code) == 3 and code in list_currencies()


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in the minor units of the currency: half to the even one."""
    unit = Decimal(1).scaleb(-get_currency_precision(currency))
    return amount.quantize(unit, rounding=ROUND_HALF_EVEN)


def is_payable(amount: Decimal, currency: str) -> bool:
    """Whether an amount can be paid as it is, in whole minor units."""
    return amount.is_finite() and rounded(amount, currency) == amount


def line_total(
    seats: int,
    unit_price: Decimal,
    currency: str,
    *,
    percent: Decimal | None = None,
    amount: Decimal | None = None,
) -> Decimal:
    """What a line costs: seats at a price, less a percentage of that or an amount."""
    gross = seats * unit_price
    less = gross * percent / HUNDRED if percent is not None else amount or Decimal(0)
    return rounded(gross - less, currency)


def totals(lines: Iterable[Decimal], tax: Decimal) -> Totals:
    """The totals of lines that are rounded already, and of the tax as the partner states it."""
    net = sum(lines, Decimal(0))
    return Totals(net, tax, net + tax)
