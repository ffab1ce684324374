"""What is bought, however it came to be agreed: by a quote, or booked by the vendor's ERP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ofrecord.agreements.models import Agreement
from ofrecord.parties.models import Account, Partner
from ofrecord.quotes.models import Kind, Order, Quote

Seats = Sequence[tuple[str, int]]
"""Products with their seats, in the order in which they are named."""


@dataclass(frozen=True)
class Bought:
    """Seats of a product; in a switch in place of the product that it `replaces`.

    The dates are those of the deal unless said, both included.
    """

    product: str
    seats: int
    replaces: str = ""
    start_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True)
class Deal:
    """A financial transaction as far as the agreement and its partner are concerned.

    A new purchase has no agreement; it begins one of a purchasing model, in a country.
    """

    kind: str
    account: Account
    partner: Partner
    agreement: Agreement | None
    purchasing_model: str
    country: str
    start_on: date | None
    end_on: date | None
    auto_renew: bool
    lines: tuple[Bought, ...]


def of_quote(quote: Quote) -> Deal:
    """What a quote offers."""
    columns = ("product", "seats", "replaces", "start_on", "end_on")
    lines = quote.lines.order_by("place").values_list(*columns)
    return Deal(
        kind=quote.kind,
        account=quote.account,
        partner=quote.partner,
        agreement=quote.agreement,
        purchasing_model=quote.purchasing_model,
        country=quote.country,
        start_on=quote.start_on,
        end_on=quote.end_on,
        auto_renew=quote.auto_renew,
        lines=tuple(Bought(*line) for line in lines),
    )


def replaced(kind: str, said: str, agreement: Agreement) -> str:
    """What a line of a switch replaces: what it says, or the only product there is."""
    if kind != Kind.SWITCH or said:
        return said if kind == Kind.SWITCH else ""
    held = agreement.subscriptions.values_list("product", flat=True)
    return str(held[0]) if len(held) == 1 else ""


def seats(lines: Sequence[Bought]) -> Seats:
    return [(line.product, line.seats) for line in lines]


def ordered(order: Order) -> Seats:
    """The seats that an order says."""
    if order.quote is not None:
        return seats(of_quote(order.quote).lines)
    return [(line["product"], line["seats"]) for line in order.lines]
