"""The orders of a firm: of its quotes, and what the vendor has booked of it otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from ofrecord.agreements.models import Tenure
from ofrecord.desk import tenures
from ofrecord.desk.places import PAGE
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Account
from ofrecord.quotes.models import Order
from ofrecord.quotes.writing import money
from ofrecord.web.records import offers


@dataclass(frozen=True)
class Row:
    """An order as the firm knows it: of whom, and about which agreement, where it may know that."""

    order: Order
    account: str
    agreement: str
    total: str

    @property
    def begins(self) -> bool:
        """Whether it is still to begin."""
        return self.order.begins_on > clock.today()


def own(firm_id: int, reader: Actor) -> QuerySet[Order]:
    """All orders of the firm. Call it inside `parties.context.seeing`."""
    known = Order.objects.visible_to(reader).filter(partner_id=firm_id)
    return known.select_related("quote").order_by("-pk")


def page(firm_id: int, after: str, reader: Actor) -> tuple[list[Row], str]:
    """One page of orders, the latest first, and the place behind which the next begins, or ""."""
    found = own(firm_id, reader)
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    return rows_of(rows[:PAGE]), str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def rows_of(orders: Sequence[Order]) -> list[Row]:
    """Orders with the names by which the firm knows them: three statements for all of them."""
    booked = [each for each in orders if each.quote is None]
    agreements, accounts = _agreements(booked), _accounts(booked)
    rows = []
    for each in orders:
        total = money(each.total, each.currency)
        if each.quote is not None:
            customer = each.quote.customer
            rows.append(Row(each, customer["name"], customer["agreement"], total))
        else:
            reference, name = agreements.get(each.agreement_id or 0, ("", ""))
            rows.append(Row(each, name or accounts.get(each.account_id, ""), reference, total))
    return rows


def one(number: str, reader: Actor) -> Row:
    """The order of this number, of a firm of the reader's; 404 elsewhere."""
    found = Order.objects.visible_to(reader).filter(partner_id__in=reader.partners)
    order = found.select_related("quote", "partner").filter(number=number.upper()).first()
    if order is None:
        raise Http404(number)
    return rows_of([order])[0]


def shown(row: Row) -> dict[str, Any]:
    """What the page of an order shows."""
    order = row.order
    return {
        **(offers.priced(order.quote, None) if order.quote else offers.booked(order)),
        "row": row,
        "order": order,
        "is_served": bool(row.agreement and tenures.ids_on(row.agreement)),
    }


def _agreements(booked: Iterable[Order]) -> dict[int, tuple[str, str]]:
    """Reference and account name of their agreements, by the firm's own tenures on them."""
    ids = [each.agreement_id for each in booked if each.agreement_id]
    served = dict(Tenure.objects.filter(agreement_id__in=ids).values_list("pk", "agreement_id"))
    names = tenures.names_of(list(served)) if served else {}
    return {served[id]: (reference, name) for id, (reference, _model, name) in names.items()}


def _accounts(booked: Iterable[Order]) -> dict[int, str]:
    """The names of their accounts, while the firm may know them."""
    ids = {each.account_id for each in booked}
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
