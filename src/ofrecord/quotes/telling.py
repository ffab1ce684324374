"""The facts of quotes: of a draft, and of a number that a firm has tried, in the stream of the
partner, of all others in the account's.

A fact in the account's stream is about both: `partner_id` lets the partner see it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ofrecord.changes.find import LONGEST
from ofrecord.journal.record import Fact
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.parties.streams import lock_accounts, tell, tell_accounts
from ofrecord.quotes.models import Order, Quote, QuoteRequest
from ofrecord.quotes.offers import Offer


def tell_customer(quote: Quote, type: str, by: Actor, **data: Any) -> datetime:
    """Record a fact of an issued quote, whose account is locked; the recorded time."""
    return tell_all([(quote, type, data)], by)


def tell_all(facts: Sequence[tuple[Quote, str, dict[str, Any]]], by: Actor) -> datetime:
    """Record facts of issued quotes, whose accounts are locked; the recorded time."""
    return tell_accounts([_of_quote(*each) for each in facts], by.by)


def tell_partner(quote: Quote, type: str, by: Actor) -> datetime:
    """Record a fact of a draft, of which the customer does not know; the recorded time."""
    firm = Partner.objects.get(pk=quote.partner.pk)
    return tell(firm, type, said(quote), by.by, about=quote.number)


def tell_try(firm: Partner, offer: Offer, outcome: str, by: Actor) -> None:
    """Record in the stream of a firm that it has tried a number, in a transaction of its own."""
    tried = {"account": offer.account, "agreement": offer.agreement}
    data = {name: said[:LONGEST] for name, said in tried.items()} | {"outcome": outcome}
    with seeing(Actor.system()):
        tell(firm, "quote.addressed", data, by.by)


def tell_request(request: QuoteRequest, type: str, by: Actor, **data: Any) -> datetime:
    """Record a fact of a request for a quote; the recorded time."""
    ((account, number),) = lock_accounts([request.account.pk]).items()
    shown = {
        "quote_request": str(request.pk),
        "partner": request.partner.account_number,
        "agreement": request.agreement.reference if request.agreement else None,
        "kind": request.kind,
        **data,
    }
    about, partner = str(request.pk), request.partner.pk
    fact = Fact(account, type, number, shown, account_id=account, partner_id=partner, about=about)
    return tell_accounts([fact], by.by)


def said(quote: Quote) -> dict[str, Any]:
    """What every fact says of its quote; amounts as text, exactly as they are."""
    return {
        "quote": quote.number,
        "revision": quote.revision,
        "kind": quote.kind,
        "partner": quote.partner.account_number,
        "account": quote.customer["account"],
        "agreement": quote.customer["agreement"] or None,
    }


def offered(quote: Quote) -> dict[str, Any]:
    """What is offered, as it was frozen."""
    return {
        "currency": quote.currency,
        "net": str(quote.net),
        "tax": str(quote.tax),
        "total": str(quote.total),
        "expires_on": quote.expires_on,
        "start_on": quote.start_on,
        "end_on": quote.end_on,
        "lines": [
            {"product": line.product, "seats": line.seats, "total": str(line.total)}
            for line in quote.lines.order_by("place")
        ],
    }


def booked(order: Order, changes: Sequence[str]) -> dict[str, Any]:
    """What is said of an order and the changes of partner that it has caused."""
    return {
        "order": order.number,
        "purchase_order": order.purchase_order,
        "begins_on": order.begins_on,
        "currency": order.currency,
        "total": str(order.total),
        "changes": list(changes),
    }


def _of_quote(quote: Quote, type: str, data: dict[str, Any]) -> Fact:
    account = quote.account_id
    return Fact(
        subject_id=account,
        type=type,
        subject=quote.customer["account"],
        data=said(quote) | data,
        account_id=account,
        partner_id=quote.partner_id,
        about=quote.number,
    )
