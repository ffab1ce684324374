"""Buying and selling in the tests: offers of Gorse, and what becomes of them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ofrecord.agreements.models import Agreement
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import Refused
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.accept import Accepted, accept
from ofrecord.quotes.draft import draft
from ofrecord.quotes.issue import issue
from ofrecord.quotes.models import Order, Quote, QuoteRequest
from ofrecord.quotes.offers import Line, Offer
from ofrecord.quotes.request import request
from tests.cast import Cast

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)
TEN = Line("Draft", 10, Decimal("120.00"))


def asked(cast: Cast, reference: str = "", *, kind: str = "renewal", **given: Any) -> QuoteRequest:
    """Pia asks Gorse for a quote, or another firm by its number."""
    by = cast.actor(given.pop("by", "pia"))
    partner = given.pop("partner", cast.gorse.account_number)
    return request(partner, kind=kind, by=by, agreement=reference, **given)


def offer(reference: str = "", kind: str = "renewal", **given: Any) -> Offer:
    """What a firm offers: by default the next year of an agreement, as it is."""
    said: dict[str, Any] = {
        "kind": kind,
        "account": "5100000001",
        "agreement": reference,
        "lines": (TEN,),
        "currency": "EUR",
        "expires_on": clock.today() + timedelta(days=14),
        **given,
    }
    if kind == "renewal" and "start_on" not in said:
        said["start_on"] = ends_on(reference) + timedelta(days=1)
    if kind in ("renewal", "purchase", "extension") and "end_on" not in said:
        said["end_on"] = (said.get("start_on") or ends_on(reference)) + timedelta(days=364)
    return Offer(**said)


def ends_on(reference: str) -> Any:
    with seeing(Actor.system()):
        return Agreement.objects.get(reference=reference).ends_on


def issued(cast: Cast, reference: str = "", kind: str = "renewal", **given: Any) -> Quote:
    """A quote on offer, by Gil of Gorse, whom the customer has asked if need be."""
    by = cast.actor(given.pop("by", "gil"), door="desk")
    if given.pop("ask", True):
        asked(cast, reference, kind=kind)
    made = draft(offer(reference, kind, **given), by=by)
    return issue(made.number, by=by)


def accepted(cast: Cast, quote: Quote, by: str = "pia", **given: Any) -> Accepted:
    return accept(quote.number, by=cast.actor(by), **given)


def refusal(act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*given, **more)
    return refused.value.code


def now(number: str) -> Quote:
    with seeing(Actor.system()):
        return Quote.objects.filter(number=number).latest("revision")


def change_of(accepted: Accepted) -> PartnerChange:
    (number,) = accepted.changes
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number)


def orders() -> int:
    with seeing(Actor.system()):
        return Order.objects.count()


def told(about: str) -> list[str]:
    """The events about a quote, an order or a request, in order."""
    with seeing(Actor.system()):
        found = Event.objects.filter(about=about).order_by("recorded_at", "sequence")
        return list(found.values_list("type", flat=True))


def letters(kind: str) -> list[Letter]:
    with seeing(Actor.system()):
        return list(Letter.objects.filter(kind=kind).order_by("id"))


def sound() -> None:
    found = {each.name: each.examples for each in verify(samples=200) if each.violations}
    assert not found, found
