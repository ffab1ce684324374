"""Numbers of quotes (`Q-`) and orders (`ORD-`), made and checked as those of changes are."""

from ofrecord.changes import numbers

QUOTE, ORDER = "Q-", "ORD-"


def of_quote() -> str:
    """The next quote number."""
    return numbers.take(1, QUOTE, "quote_number")[0]


def of_order() -> str:
    """The next order number."""
    return numbers.take(1, ORDER, "sales_order_number")[0]


def normalized(text: str) -> str | None:
    """A quote number as it is kept, from what a person typed; None if it cannot be one."""
    return numbers.normalized(text, QUOTE)
