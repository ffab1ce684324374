"""Orders: read by the vendor and the account, booked by the vendor's ERP."""

from decimal import Decimal
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.api.answers import answer
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY
from ofrecord.api.operation import operation
from ofrecord.api.pages import Row, lost, page, rows
from ofrecord.api.shapes import orders as shapes
from ofrecord.api.writing import Done, write
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, VENDOR
from ofrecord.quotes import refusals, totals
from ofrecord.quotes.book import book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.models import Order
from ofrecord.quotes.transactions import Transaction

router = Router(tags=["Orders"])
KINDS = (VENDOR, ACCOUNT)
Number = Annotated[str, Path(description="An order's number.", example="ORD-4K7M2QXA")]


@operation(
    router,
    "GET",
    "/orders",
    name="list_orders",
    summary="List orders",
    answers={200: shapes.OrderPage},
    scope="orders:read",
    kinds=KINDS,
    query=shapes.OrderFilters,
    problems=(404,),
)
def list_orders(request: ApiRequest, filters: Query[shapes.OrderFilters]) -> HttpResponse:
    """The orders of the account, or all, the newest first."""
    with seeing(request.actor):
        found = _orders(request.actor, filters.limit + 1, filters.cursor)
    return answer(page("orders", found, filters.limit, "number"))


@operation(
    router,
    "GET",
    "/orders/{number}",
    name="get_order",
    summary="Get an order",
    answers={200: shapes.Order},
    scope="orders:read",
    kinds=KINDS,
    problems=(404,),
)
def get_order(request: ApiRequest, number: Number) -> HttpResponse:
    """One order, with the agreements that it is about and the changes of partner it has caused."""
    with seeing(request.actor):
        return answer(_order(request.actor, number))


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
        return Done(_order(by, number), 200 if booked.known else 201)

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


def _order(by: Actor, number: str) -> Row:
    found = _orders(by, 1, None, number)
    if not found:
        raise refused([refusals.no_order(number)])
    return found[0]


def _orders(by: Actor, limit: int, cursor: str | None, only: str | None = None) -> list[Row]:
    if cursor and not Order.objects.visible_to(by).filter(number=cursor).exists():
        raise lost()
    seen = {"all": by.sees_everything, "accounts": list(by.accounts)}
    found = rows(_ORDERS, {**seen, "cursor": cursor, "only": only, "limit": limit})
    for row in found:
        for name in ("net", "tax", "total"):
            row[name] = str(totals.rounded(row[name], row["currency"]))
    return found


_ORDERS = """
SELECT o.number, o.transaction, quote.number AS quote, o.kind, account.account_number AS account,
       partner.account_number AS partner,
       ARRAY(SELECT a.reference FROM agreement AS a
              WHERE a.id IN (o.agreement_id, quote.agreement_id)
                 OR a.id IN (SELECT term.agreement_id FROM term
                              WHERE term.account_id = o.account_id
                                AND term.order_number = o.number)
              ORDER BY a.reference) AS agreements,
       ARRAY(SELECT c.number FROM partner_change AS c
              WHERE c.cause = 'order/' || o.number AND c.cause <> ''
              ORDER BY c.id) AS partner_changes,
       o.purchase_order, o.currency, o.net, o.tax, o.total, o.begins_on,
       o.accepted_at AS booked_at
  FROM sales_order AS o
  JOIN account ON account.id = o.account_id
  JOIN partner ON partner.id = o.partner_id
  LEFT JOIN quote ON quote.id = o.quote_id
 WHERE (%(all)s OR o.account_id = ANY (%(accounts)s))
   AND (%(only)s::text IS NULL OR o.number = %(only)s)
   AND (%(cursor)s::text IS NULL OR o.id <
        (SELECT last.id FROM sales_order AS last WHERE last.number = %(cursor)s))
 ORDER BY o.id DESC LIMIT %(limit)s
"""
