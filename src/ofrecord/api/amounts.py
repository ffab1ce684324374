"""Amounts as the API writes them: text, in the minor units of the currency, and never a float."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from ofrecord.quotes import totals

AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,4})?$"
Amount = Annotated[
    str,
    StringConstraints(strict=True, pattern=AMOUNT),
    Field(examples=["1440.00"]),
]
Percent = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^(100|[0-9]{1,2})(\.[0-9]{1,4})?$"),
    Field(examples=["12.5"]),
]
Money = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["1440.00"])]


def money(amount: Decimal, currency: str) -> str:
    """An amount with the decimals of its currency; with more where it has more."""
    shown = totals.rounded(amount, currency)
    return str(shown) if shown == amount else plain(amount)


def plain(number: Decimal) -> str:
    """A number with the decimals that it has."""
    return f"{number.normalize():f}"
