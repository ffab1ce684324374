"""Every kind of transaction on both purchasing models, through every door, day by day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from ofrecord.agreements.models import Term
from ofrecord.changes.apply import apply
from ofrecord.changes.check import Check
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.refusals import Refused
from ofrecord.changes.undo import preview as undoing
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import HELD_BY
from ofrecord.quotes.accept import accept
from ofrecord.quotes.begin import begin
from ofrecord.quotes.draft import draft
from ofrecord.quotes.issue import issue
from ofrecord.quotes.offers import Line, Offer
from ofrecord.quotes.request import request
from tests.api.systems import System, Systems, said, system
from tests.cast import Cast, of_record
from tests.quotes.selling import GORSE, LARKSPUR, ends_on, orders, sound
from tests.quotes.test_book import seats

PIA = "pia@example.com"
SELLERS = {"7200000001": "lou", "7200000002": "gil"}
MODELS = ("contract", "subscription")
KINDS = ("purchase", "renewal", "extension", "seats", "switch")
KEEPS = [("contract", kind) for kind in ("extension", "seats", "switch")]
"""On a contract only a renewal names another partner than the one of record."""


@dataclass(frozen=True)
class Deal:
    """Five seats, sold to Alder: of Draft, or in a switch of Plant in place of it."""

    kind: str
    model: str
    partner: str = "7200000002"
    reference: str = ""
    start_on: date | None = None
    end_on: date | None = None
    seats: int = 5

    @property
    def product(self) -> str:
        return "Plant" if self.kind == "switch" else "Draft"

    @property
    def replaces(self) -> str:
        return "Draft" if self.kind == "switch" else ""

    @property
    def begins_on(self) -> date:
        return self.start_on or clock.today()


def deal(kind: str, model: str, cast: Cast, **given: Any) -> Deal:
    """A transaction of this kind; all but a purchase on an agreement of ten seats of Draft."""
    if kind == "purchase":
        today = clock.today()
        return Deal(kind, model, start_on=today, end_on=today + timedelta(days=364), **given)
    reference = getattr(cast, model)(days=39)
    end = ends_on(reference)
    if kind == "renewal":
        given |= {"start_on": end + timedelta(days=1), "end_on": end + timedelta(days=365)}
    elif kind == "extension":
        given["end_on"] = end + timedelta(days=60)
    return Deal(kind, model, reference=reference, **given)


@dataclass
class Market:
    """Three ways in which a transaction comes about; each gives the order's number."""

    cast: Cast
    systems: Systems
    sellers: dict[str, System] = field(default_factory=dict)

    def by_verb(self, sold: Deal) -> str:
        seller = self.cast.actor(SELLERS[sold.partner], door="desk")
        pia = self.cast.actor("pia")
        request(sold.partner, kind=sold.kind, by=pia, agreement=sold.reference)
        quote = draft(_offer(sold), by=seller)
        issue(quote.number, by=seller)
        return accept(quote.number, by=pia, purchase_order="PO 7").order.number

    def by_api(self, sold: Deal) -> str:
        seller, buyer = self._seller(sold.partner), self.systems.alder
        asked = {"partner": sold.partner, "kind": sold.kind, "agreement": sold.reference or None}
        _done(buyer.post("/quote-requests", {**asked, "on_behalf_of": PIA}), 201)
        number = _done(seller.post("/quotes", _terms(sold)), 201)["number"]
        _done(seller.call("POST", f"/quotes/{number}/issuance"), 200)
        wish = {"on_behalf_of": PIA, "purchase_order": "PO 7"}
        return str(_done(buyer.post(f"/quotes/{number}/acceptance", wish), 201)["number"])

    def by_erp(self, sold: Deal) -> str:
        terms = {**_terms(sold), "partner": sold.partner, "net": "600.00", "transaction": "SO-1"}
        terms.pop("expires_on")
        line = {"product": sold.product, "seats": sold.seats, "replaces": sold.replaces}
        return str(
            _done(self.systems.vendor.post("/orders", {**terms, "lines": [line]}), 201)["number"]
        )

    def order(self, number: str) -> Any:
        """The order as Alder's own system reads it."""
        return _done(self.systems.alder.get(f"/orders/{number}"), 200)

    def _seller(self, partner: str) -> System:
        if partner not in self.sellers:
            self.sellers[partner] = system(f"Tool of {partner}", partner, HELD_BY["partner"])
        return self.sellers[partner]


class Stopped(Exception):
    """A door answered with a refusal; its code."""


def _done(answer: Any, status: int) -> Any:
    if answer.status_code != status:
        raise Stopped(said(answer)["code"])
    return said(answer)


def _offer(sold: Deal) -> Offer:
    return Offer(
        kind=sold.kind,
        account="5100000001",
        agreement=sold.reference,
        lines=(Line(sold.product, sold.seats, Decimal(120), replaces=sold.replaces),),
        currency="EUR",
        expires_on=clock.today() + timedelta(days=14),
        start_on=sold.start_on,
        end_on=sold.end_on,
        purchasing_model=sold.model,
    )


def _terms(sold: Deal) -> dict[str, Any]:
    line = {"product": sold.product, "seats": sold.seats, "replaces": sold.replaces}
    return {
        "kind": sold.kind,
        "account": "5100000001",
        "agreement": sold.reference or None,
        "lines": [{**line, "unit_price": "120.00"}],
        "currency": "EUR",
        "expires_on": (clock.today() + timedelta(days=14)).isoformat(),
        "start_on": sold.start_on and sold.start_on.isoformat(),
        "end_on": sold.end_on and sold.end_on.isoformat(),
        "purchasing_model": sold.model,
    }


Door = Callable[[Market, Deal], str]
DOORS = (Market.by_verb, Market.by_api, Market.by_erp)


@pytest.fixture
def market(cast: Cast) -> Market:
    return Market(cast, Systems.enter(cast))


@pytest.fixture
def visit(cast: Cast) -> Callable[[str], Client]:
    """A browser of somebody of the cast who has signed in."""

    def entered(name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(cast.people[name], backend=backend)
        return client

    return entered


def terms(reference: str) -> int:
    with seeing(Actor.system()):
        return Term.objects.filter(agreement__reference=reference).count()


AFTER = {
    "purchase": {"Draft": 5},
    "renewal": {"Draft": 5},
    "extension": {"Draft": 10},
    "seats": {"Draft": 15},
    "switch": {"Plant": 5},
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("model", "kind"), [(m, k) for m in MODELS for k in KINDS if (m, k) not in KEEPS]
)
def test_the_partner_that_a_transaction_names_is_of_record_from_its_day_on(
    market: Market, settings: Any, model: str, kind: str, door: Door
) -> None:
    sold = deal(kind, model, market.cast)
    order = market.order(door(market, sold))
    assert (order["kind"], len(order["partner_changes"])) == (kind, 1)
    (reference,) = order["agreements"]
    assert order["begins_on"] == sold.begins_on.isoformat()
    if kind == "renewal":
        assert of_record(reference) == {LARKSPUR}
        settings.OFRECORD_TODAY = sold.begins_on - timedelta(days=1)
        assert of_record(reference) == {LARKSPUR} and seats(reference) == {"Draft": 10}
    settings.OFRECORD_TODAY = sold.begins_on
    assert of_record(reference) == {GORSE}, "with every job down"
    settings.OFRECORD_TODAY = sold.begins_on + timedelta(days=1)
    apply(by=Actor.system()), begin(by=Actor.system())
    assert of_record(reference) == {GORSE} and seats(reference) == AFTER[kind]
    assert terms(reference) == (2 if kind == "renewal" else 1)
    if sold.end_on:
        assert ends_on(reference) == sold.end_on
    sound()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("model", "kind"), KEEPS)
def test_on_a_contract_all_but_a_renewal_keep_the_partner(
    market: Market, model: str, kind: str, door: Door
) -> None:
    sold = deal(kind, model, market.cast)
    with pytest.raises((Refused, Stopped)) as refused:
        door(market, sold)
    code = refused.value.code if isinstance(refused.value, Refused) else str(refused.value)
    assert code == "contract_keeps_partner" and orders() == 0
    own = deal(kind, model, market.cast, partner="7200000001")
    order = market.order(door(market, own))
    assert order["partner_changes"] == []
    assert of_record(own.reference) == {LARKSPUR} and seats(own.reference) == AFTER[kind]
    sound()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("model", MODELS)
def test_a_renewal_through_the_partner_of_record_changes_no_partner(
    market: Market, settings: Any, model: str, door: Door
) -> None:
    sold = deal("renewal", model, market.cast, partner="7200000001")
    assert market.order(door(market, sold))["partner_changes"] == []
    settings.OFRECORD_TODAY = sold.begins_on
    assert of_record(sold.reference) == {LARKSPUR} and terms(sold.reference) == 2
    sound()


def correct(cast: Cast, reference: str, **given: Any) -> str:
    """Opal proposes what should have been, and Otis approves it."""
    opal, otis = (cast.actor(name, door="console") for name in ("opal", "otis"))
    proposed = propose(reference, by=opal, reason="The customer's letter.", **given)
    return approve(proposed.pk, by=otis).number


def on_each_day(reference: str, first: date, known: datetime) -> str:
    """Who is of record on the 46 days from the first on, by initials, as it was known then."""
    days = (clock.midnight(first + timedelta(days=n)) for n in range(46))
    return "".join("".join(each[0][0] for each in of_record(reference, at, known)) for at in days)


def undo_of(cast: Cast, number: str) -> Check:
    """What Pia is told who would take a change back."""
    pia = cast.actor("pia")
    with seeing(pia):
        check = undoing(number, by=pia)
    assert check
    return check


def test_corrected_before_its_term_and_after_the_right_partner_is_of_record_as_known_each_day(
    market: Market, settings: Any, visit: Callable[[str], Client]
) -> None:
    cast, today = market.cast, clock.today()
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    sold = deal("renewal", "subscription", cast)
    dune = cast.dune.account_number
    before = datetime.now(UTC)
    order = market.order(market.by_api(sold))
    (number,), reference = order["partner_changes"], sold.reference
    ordered = datetime.now(UTC)
    settings.OFRECORD_TODAY = today + timedelta(days=20)
    first = correct(cast, reference, partner=dune, effective_on=today + timedelta(days=10))
    corrected = datetime.now(UTC)
    assert market.order(order["number"])["corrected_by"] == [], "the term is not touched by it"
    for day, partner in ((39, "Dune Distribution"), (40, "Gorse Digital"), (41, "Gorse Digital")):
        settings.OFRECORD_TODAY = today + timedelta(days=day)
        assert {name for name, *_ in of_record(reference)} == {partner}, "with every job down"
    assert (apply(by=Actor.system()), begin(by=Actor.system())) == (1, 1), "and up the next day"
    assert "not_undoable" in {each.code for each in undo_of(cast, number).verdicts}
    settings.OFRECORD_TODAY = today + timedelta(days=44)
    second = correct(cast, reference, corrects=number, partner=dune)
    put_right = datetime.now(UTC)

    known = {
        before: "L" * 46,
        ordered: "L" * 40 + "G" * 6,
        corrected: "L" * 10 + "D" * 30 + "G" * 6,
        put_right: "L" * 10 + "D" * 36,
    }
    assert {at: on_each_day(reference, today, at) for at in known} == known
    told = undo_of(cast, number)
    assert told.remedy and "support" in told.remedy.text.lower()
    assert {"not_undoable"} & {each.code for each in undo_of(cast, second).verdicts}
    assert market.order(order["number"])["corrected_by"] == [second] and first != second
    change = _done(market.systems.alder.get(f"/partner-changes/{second}"), 200)
    assert (change["occasion"], change["corrects"]) == ("correction", number)
    page = visit("pia").get(f"/billing/quotes/{order['quote']}/").content.decode()
    assert second in page and "Put right by support" in page
    console = visit("opal").get(f"/console/orders/{order['number']}/").content.decode()
    assert second in console and "Put right by" in console
    sound()
