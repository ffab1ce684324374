"""What a quote is made from: a request, an agreement that the firm serves, or the quote itself.

It says for whom the quote is, so that nobody ever types the number of a customer.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404

from ofrecord.agreements.models import Agreement, PurchasingModel, Subscription
from ofrecord.desk import agreement as agreements
from ofrecord.desk.quotes import requests
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Partner
from ofrecord.quotes.models import OTHER_PARTNER, Kind, Quote, QuoteRequest

ON_AGREEMENT = (Kind.RENEWAL, Kind.SEATS, Kind.EXTENSION, Kind.SWITCH)
VALID = timedelta(days=30)


@dataclass(frozen=True)
class Source:
    """The customer by number and name, the agreement by reference, and what is known of it.

    `products` have their seats; `end_on` is the last day of the term, as the firm was told.
    """

    account: str
    name: str
    agreement: str
    model: str
    kinds: tuple[Kind, ...]
    country: str = ""
    products: tuple[tuple[str, int], ...] = ()
    end_on: date | None = None
    request: QuoteRequest | None = None
    query: str = ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(kind.value, str(kind.label).capitalize()) for kind in self.kinds]

    @property
    def initial(self) -> dict[str, Any]:
        """How the form begins: the next term, a year long, of what there is."""
        kind = self.request.kind if self.request else self.kinds[0]
        start = self.end_on + timedelta(days=1) if self.end_on else clock.today()
        return {
            "kind": kind if kind in self.kinds else self.kinds[0],
            "expires_on": clock.today() + VALID,
            "start_on": start,
            "end_on": _year_from(start),
            "country": self.country,
            "purchasing_model": self.model or PurchasingModel.SUBSCRIPTION,
        }


def of_request(id: UUID, by: Actor) -> Source:
    """For whom has asked. Call it inside `parties.context.seeing`, as the others."""
    asked = requests.one(id, by)
    told = asked.told
    return Source(
        account=asked.shown["account"],
        name=told["name"],
        agreement=told.get("agreement", ""),
        model=told.get("purchasing_model", ""),
        kinds=kinds(told.get("purchasing_model", ""), served=_serves(asked)),
        country=told.get("country", ""),
        products=told_products(asked),
        end_on=date.fromisoformat(told["term"]["end_on"]) if "term" in told else None,
        request=asked,
        query=f"?request={id}",
    )


def of_agreement(firm: Partner, reference: str, purchase: bool) -> Source:
    """For the account of an agreement of which the firm is of record now; 404 elsewhere."""
    own = agreements.own(firm.pk, reference)
    if own is None or own.agreement is None:
        raise Http404(reference)
    on, query = own.agreement, f"?agreement={reference}"
    if purchase:
        to = (on.account.account_number, on.account.name, "", "", (Kind.PURCHASE,))
        return Source(*to, country=on.country, query=f"{query}&kind=purchase")
    return Source(
        account=on.account.account_number,
        name=on.account.name,
        agreement=on.reference,
        model=on.purchasing_model,
        kinds=kinds(on.purchasing_model, served=True),
        products=_held(on.pk),
        end_on=on.ends_on,
        query=query,
    )


def of_quote(quote: Quote) -> Source:
    """For the customer of a quote that is written again."""
    model = quote.purchasing_model if quote.agreement_id else ""
    held = _held(quote.agreement_id) if quote.agreement_id else ()
    return Source(
        account=quote.customer["account"],
        name=quote.customer["name"],
        agreement=quote.customer["agreement"],
        model=model,
        kinds=kinds(model, served=bool(held) or Kind(quote.kind) != Kind.RENEWAL),
        products=held or (told_products(quote.request) if quote.request else ()),
        request=quote.request,
    )


def kinds(model: str, *, served: bool) -> tuple[Kind, ...]:
    """The kinds of quote that a firm can make; on a contract of another firm a renewal only."""
    if not model:
        return (Kind.PURCHASE,)
    return tuple(kind for kind in ON_AGREEMENT if served or kind in OTHER_PARTNER[model])


def told_products(asked: QuoteRequest) -> tuple[tuple[str, int], ...]:
    """The products of which the customer lets the firm know."""
    return tuple((each["product"], each["seats"]) for each in asked.told.get("products", ()))


def _held(agreement_id: int) -> tuple[tuple[str, int], ...]:
    """The products that the firm sees, which it does while it is of record."""
    own = Subscription.objects.filter(agreement_id=agreement_id).order_by("product_key", "id")
    return tuple(own.values_list("product", "seats"))


def _serves(asked: QuoteRequest) -> bool:
    """Whether the firm is of record on what it was asked about: it sees no other agreement."""
    return Agreement.objects.filter(pk__in=[asked.agreement_id]).exists()


def _year_from(start: date) -> date:
    try:
        return start.replace(year=start.year + 1) - timedelta(days=1)
    except ValueError:
        return start.replace(year=start.year + 1, day=28)
