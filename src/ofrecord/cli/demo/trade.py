"""What the demo's partners quote to its customers: a quote in every state, and requests.

Everything is done by the people themselves, with the verbs that their pages call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ofrecord.agreements.models import Agreement, Subscription
from ofrecord.changes.refusals import Refused
from ofrecord.cli.demo.story import CIVIL, DRAFT_LT, FACADE, PLANT, STORY, SURVEY
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.quotes.accept import accept
from ofrecord.quotes.decline import decline
from ofrecord.quotes.draft import draft
from ofrecord.quotes.issue import issue
from ofrecord.quotes.models import Kind, Quote
from ofrecord.quotes.offers import Line, Offer
from ofrecord.quotes.request import request
from ofrecord.quotes.view import view
from ofrecord.quotes.withdraw import withdraw

PRICES = {CIVIL: "1840", DRAFT_LT: "295", FACADE: "620", PLANT: "2150", SURVEY: "480"}
TAX = Decimal("0.19")
CENT, HUNDRED = Decimal("0.01"), Decimal(100)
VALID = timedelta(days=14)


@dataclass(frozen=True)
class Trade:
    """A customer asks a partner about an agreement, and how far it has come since.

    `days_ago` is when the quote was made.
    """

    agreement: str
    buyer: str
    seller: str
    firm: str
    kind: Kind
    seats: int
    wish: str
    outcome: str
    discount: str = ""
    days_ago: int = 0


PIA, LEA = STORY.primary_admin, STORY.two_accounts
CLARA, SAMIR = STORY.reseller_admin, STORY.new_partner_admin
BRIGHTLINE, CEDAR = STORY.reseller, STORY.new_partner

TRADES = (
    Trade("574-00231901", PIA, CLARA, BRIGHTLINE, Kind.SEATS, 3,
          "Three more seats for our facade team. We bought the first ones directly.", "asked"),
    Trade("574-00231885", PIA, SAMIR, CEDAR, Kind.RENEWAL, 6,
          "A renewal with two seats more, and your best price.", "issued", discount="12.5"),
    Trade("57-00231893", PIA, SAMIR, CEDAR, Kind.RENEWAL, 1,
          "Our survey licence has run out.", "drafted"),
    Trade("574-30638274", LEA, SAMIR, CEDAR, Kind.SEATS, 5,
          "Five more for the new office.", "accepted", discount="5", days_ago=3),
    Trade("574-47798328", LEA, SAMIR, CEDAR, Kind.SEATS, 10,
          "Ten more, for a project of a year.", "viewed", days_ago=1),
    Trade("574-55186701", LEA, CLARA, BRIGHTLINE, Kind.SEATS, 2,
          "Two more.", "declined", days_ago=9),
    Trade("574-09398361", LEA, CLARA, BRIGHTLINE, Kind.RENEWAL, 11,
          "The same as before.", "withdrawn", days_ago=5),
    Trade("574-75156370", LEA, CLARA, BRIGHTLINE, Kind.RENEWAL, 20,
          "The same as before.", "expired", days_ago=20),
)  # fmt: skip


def happen(trade: Trade) -> None:
    """Let it come as far as it has; what an interrupted load has asked already is asked."""
    buyer, seller = _signed_in(trade.buyer, "portal"), _signed_in(trade.seller, "desk")
    try:
        request(trade.firm, kind=trade.kind, by=buyer, agreement=trade.agreement, wish=trade.wish)
    except Refused as refusal:
        if refusal.code != "asked_already":
            raise
    if trade.outcome == "asked":
        return
    quote = draft(_offer(trade), by=seller)
    if trade.outcome == "drafted":
        return
    issue(quote.number, by=seller)
    if act := _ACTS.get(trade.outcome):
        act(quote, buyer, seller)


_ACTS: dict[str, Callable[[Quote, Actor, Actor], object]] = {
    "viewed": lambda quote, buyer, _seller: view(quote.number, by=buyer),
    "accepted": lambda quote, buyer, _seller: accept(
        quote.number, by=buyer, purchase_order="PO 2026-118", name="Lea Hoffmann"
    ),
    "declined": lambda quote, buyer, _seller: decline(
        quote.number, by=buyer, reason="The project was put off."
    ),
    "withdrawn": lambda quote, _buyer, seller: withdraw(
        quote.number, by=seller, reason="The price was last year's."
    ),
}


def _signed_in(email: str, door: str) -> Actor:
    return for_person(Person.objects.get(email=email), door=door, strength="password")


def _offer(trade: Trade) -> Offer:
    """What the partner offers: the agreement's product at its list price, less a discount."""
    with seeing(Actor.system()):
        agreement = Agreement.objects.select_related("account").get(reference=trade.agreement)
        product = Subscription.objects.get(agreement=agreement).product
    renews = trade.kind == Kind.RENEWAL
    start = agreement.ends_on + timedelta(days=1) if renews else None
    less = Decimal(trade.discount) if trade.discount else None
    price = Decimal(PRICES[product])
    net = trade.seats * price * (HUNDRED - (less or 0)) / HUNDRED
    return Offer(
        kind=trade.kind,
        account=agreement.account.account_number,
        agreement=trade.agreement,
        lines=(Line(product, trade.seats, price, discount_percent=less),),
        currency="EUR",
        expires_on=clock.today() + VALID,
        start_on=start,
        end_on=_year_from(start) if start else None,
        tax=(net * TAX).quantize(CENT),
        notes="Delivered by email on the day of the order.",
    )


def _year_from(start: date) -> date:
    return start + timedelta(days=364)
