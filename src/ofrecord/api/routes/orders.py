"""Orders: read by the vendor and both parties, booked by the vendor's ERP."""

from decimal import Decimal
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.api.answers import answer
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY
from ofrecord.api.operation import operation
from ofrecord.api.order_rows import order_row, order_rows
from ofrecord.api.pages import page
from ofrecord.api.shapes import orders as shapes
from ofrecord.api.writing import Done, write
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import VENDOR
from ofrecord.quotes.book import book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.transactions import Transaction

router = Router(tags=["Orders"])
Number = Annotated[str, Path(description="An order's number.", example="ORD-4K7M2QXA")]


@operation(
    router,
    "GET",
    "/orders",
    name="list_orders",
    summary="List orders",
    answers={200: shapes.OrderPage},
    scope="orders:read",
    query=shapes.OrderFilters,
    problems=(404,),
)
def list_orders(request: ApiRequest, filters: Query[shapes.OrderFilters]) -> HttpResponse:
    """The orders of the account, those that the firm has sold, or all: the newest first."""
    with seeing(request.actor):
        found = order_rows(request.actor, filters.limit + 1, filters.cursor)
    return answer(page("orders", found, filters.limit, "number"))


@operation(
    router,
    "GET",
    "/orders/{number}",
    name="get_order",
    summary="Get an order",
    answers={200: shapes.Order},
    scope="orders:read",
    problems=(404,),
)
def get_order(request: ApiRequest, number: Number) -> HttpResponse:
    """One order, with the agreements that it is about and the changes of partner it has caused."""
    with seeing(request.actor):
        return answer(order_row(request.actor, number))


@operation(
    router,
    "POST",
    "/orders",
    name="book_order",
    summary="Book a transaction",
    answers={200: shapes.Order, 201: shapes.Order},
    scope="orders:write",
    kinds=(VENDOR,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def book_order(request: ApiRequest, asked: shapes.TransactionRequest) -> HttpResponse:
    """Book what the vendor's ERP has sold: with the effect of accepting a quote for it.

    The agreement gets its term, seats or products, and its partner becomes the one named: of a
    renewal from the new term's start, else at once. A transaction that was booked before is
    answered with its order (200), and nothing happens.
    """

    def act(by: Actor, request_id: int | None) -> Done:
        (booked,) = book([_transaction(asked)], by=by, request_id=request_id)
        number = booked.order.number if booked.order else ""
        return Done(order_row(by, number), 200 if booked.known else 201)

    return write(request, "book_order", asked.model_dump(mode="json"), act)


def _transaction(asked: shapes.TransactionRequest) -> Transaction:
    lines = tuple(Bought(each.product.strip(), each.seats, each.replaces) for each in asked.lines)
    return Transaction(
        number=asked.transaction,
        lines=lines,
        net=Decimal(asked.net),
        tax=Decimal(asked.tax),
        agreement=asked.agreement or "",
        **asked.model_dump(exclude={"transaction", "lines", "net", "tax", "agreement"}),
    )
