"""Money: decimal, rounded half-even to the currency's minor units, and the lines add up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ofrecord.quotes.totals import is_currency, is_payable, line_total, rounded, totals

MINOR = {"JPY": 0, "EUR": 2, "TND": 3, "CLF": 4}
CURRENCIES = st.sampled_from(sorted(MINOR))
PRICES = st.decimals(0, 10**7, places=4, allow_nan=False, allow_infinity=False)
PERCENTS = st.decimals(0, 100, places=4, allow_nan=False, allow_infinity=False)
SEATS = st.integers(1, 10_000_000)
LINES = st.lists(st.tuples(SEATS, PRICES, PERCENTS), min_size=1, max_size=30)


def exact(seats: int, price: Decimal, percent: Decimal) -> Fraction:
    return seats * Fraction(price) * (100 - Fraction(percent)) / 100


@given(SEATS, PRICES, PERCENTS, CURRENCIES)
def test_a_line_is_off_by_half_a_minor_unit_at_most(
    seats: int, price: Decimal, percent: Decimal, currency: str
) -> None:
    found = line_total(seats, price, currency, percent=percent)
    off = abs(Fraction(found) - exact(seats, price, percent))
    assert off <= Fraction(1, 2 * 10 ** MINOR[currency])
    assert is_payable(found, currency) and found >= 0


@given(LINES, CURRENCIES, st.integers(0, 10**9))
def test_the_lines_add_up_to_what_is_paid_in_any_order(
    lines: list[tuple[int, Decimal, Decimal]], currency: str, minor: int
) -> None:
    tax = Decimal(minor).scaleb(-MINOR[currency])
    amounts = [line_total(seats, price, currency, percent=less) for seats, price, less in lines]
    found, turned = totals(amounts, tax), totals(amounts[::-1], tax)
    assert found == turned
    assert found.net == sum(amounts) and found.total - found.tax == found.net
    assert is_payable(found.total, currency)


@given(SEATS, PRICES, CURRENCIES)
def test_no_discount_is_a_discount_of_nothing(seats: int, price: Decimal, currency: str) -> None:
    plain = line_total(seats, price, currency)
    assert plain == line_total(seats, price, currency, percent=Decimal(0))
    assert plain == line_total(seats, price, currency, amount=Decimal(0))
    assert line_total(seats, price, currency, percent=Decimal(100)) == 0


@pytest.mark.parametrize(
    ("amount", "currency", "even"),
    [
        ("0.125", "EUR", "0.12"),
        ("0.135", "EUR", "0.14"),
        ("0.5", "JPY", "0"),
        ("1.5", "JPY", "2"),
        ("0.0005", "TND", "0.000"),
        ("0.00015", "CLF", "0.0002"),
    ],
)
def test_half_goes_to_the_even_one(amount: str, currency: str, even: str) -> None:
    assert str(rounded(Decimal(amount), currency)) == even


def test_what_is_a_currency() -> None:
    assert all(is_currency(code) for code in MINOR)
    assert not any(is_currency(code) for code in ("", "EURO", "eur", "ZZZ", "€"))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "0.001"])
def test_what_cannot_be_paid(amount: str) -> None:
    assert not is_payable(Decimal(amount), "EUR")
