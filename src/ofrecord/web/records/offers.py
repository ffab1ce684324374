"""The lines of a quote as its two sides read them: what there is now, what is then, its price."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ofrecord.quotes.models import OPEN, Kind, Order, Quote, QuoteLine, State
from ofrecord.quotes.totals import Totals, totals
from ofrecord.quotes.writing import discount, money, price, term

COLOURS = {State.ISSUED: "warn", State.VIEWED: "warn", State.ACCEPTED: "good"}


@dataclass(frozen=True)
class Side:
    """Seats of a product now or afterwards; without a product there is nothing."""

    product: str = ""
    seats: int = 0


@dataclass(frozen=True)
class Line:
    """One line of an offer: what there is now, what there is then, and its price."""

    now: Side
    then: Side
    term: str
    price: str
    discount: str
    total: str


def badge(quote: Quote, waiting: str) -> tuple[str, str]:
    """The word and the colour of a quote's state; `waiting` is the word for one on offer."""
    state = quote.standing
    return waiting if state in OPEN else str(state.label), COLOURS.get(state, "neutral")


def priced(quote: Quote, held: Mapping[str, int] | None) -> dict[str, Any]:
    """What the table of lines shows: compared with the seats that are `held`, unless None."""
    lines = sorted(quote.lines.all(), key=lambda each: each.place)
    sums = summed(quote)
    return {
        "lines": [_line(quote, line, held or {}) for line in lines],
        "compared": held is not None,
        "net": money(sums.net, quote.currency),
        "tax": money(sums.tax, quote.currency),
        "total": money(sums.total, quote.currency),
    }


def booked(order: Order) -> dict[str, Any]:
    """What the table of an order shows that the vendor has booked: its lines have no prices."""
    sums = {name: money(getattr(order, name), order.currency) for name in ("net", "tax", "total")}
    return {"booked": order.lines, **sums}


def summed(quote: Quote) -> Totals:
    """The totals as they were frozen; of a draft as they would be."""
    if quote.net is not None and quote.total is not None:
        return Totals(quote.net, quote.tax, quote.total)
    return totals((line.total for line in quote.lines.all()), quote.tax)


def _line(quote: Quote, line: QuoteLine, held: Mapping[str, int]) -> Line:
    before = line.replaces if quote.kind == Kind.SWITCH else line.product
    now = Side(before, held[before]) if before in held else Side()
    seats = line.seats
    if quote.kind == Kind.SEATS:
        seats += now.seats
    elif quote.kind == Kind.EXTENSION and now.product:
        seats = now.seats
    return Line(
        now,
        Side(line.product, seats),
        term(line.start_on, line.end_on),
        price(line.unit_price, quote.currency),
        discount(line, quote.currency),
        money(line.total, quote.currency),
    )
