"""Quotes in every state, and an order, for the page of the events."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pytest_django import Settings

from ofrecord.agreements.models import Agreement
from ofrecord.changes.refusals import Refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.quotes.accept import accept
from ofrecord.quotes.auto_renew import turn_off, turn_on
from ofrecord.quotes.close_request import decline_request, withdraw_request
from ofrecord.quotes.decline import decline
from ofrecord.quotes.draft import draft
from ofrecord.quotes.expire import expire
from ofrecord.quotes.issue import issue
from ofrecord.quotes.models import QuoteRequest
from ofrecord.quotes.offers import Line, Offer
from ofrecord.quotes.renew import renew
from ofrecord.quotes.request import request
from ofrecord.quotes.view import view
from ofrecord.quotes.withdraw import withdraw

ACCOUNT, PARTNER, FIELDGATE = "4200000017", "5200000011", "orders@fieldgate.example"
NOBODY = "4299999999"
WISH = "Forty seats of Draft Studio for two years."


def sell(admin: Actor, settings: Settings) -> None:
    """A purchase is asked for, offered and ordered; others come to nothing, each in its way."""
    today = clock.today()
    firm = for_person(Person.objects.get(email=FIELDGATE), door="desk", strength="password")
    with suppress(Refused):
        draft(replace(_offer(today), account=NOBODY), by=firm)
    decline_request(_asked(admin).pk, by=firm, reason="We are fully booked this spring.")
    withdraw_request(_asked(admin).pk, by=admin, reason="Found another way.")
    ordered = _offered(admin, firm, today)
    view(ordered, by=admin)
    accept(ordered, by=admin, purchase_order="PO 2026-118", name="Ines Moreau")
    decline(_offered(admin, firm, today), by=admin, reason="Over our budget.")
    withdraw(_offered(admin, firm, today), by=firm, reason="The price list has changed.")
    _offered(admin, firm, today)
    settings.OFRECORD_TODAY = today + timedelta(days=31)
    expire(by=Actor.system())
    settings.OFRECORD_TODAY = today


def go_on(admin: Actor, settings: Settings, reference: str) -> None:
    """A term that was not to be followed by another one is, once it is over."""
    today = clock.today()
    turn_on([reference], by=admin, reason="We keep it for another year.")
    with seeing(Actor.system()):
        end = Agreement.objects.get(reference=reference).ends_on
    settings.OFRECORD_TODAY = end + timedelta(days=1)
    renew(by=Actor.system())
    turn_off([reference], by=admin, reason="The last year of this project.")
    settings.OFRECORD_TODAY = today


def _asked(admin: Actor) -> QuoteRequest:
    return request(PARTNER, kind="purchase", by=admin, account=ACCOUNT, wish=WISH)


def _offered(admin: Actor, firm: Actor, today: date) -> str:
    _asked(admin)
    return issue(draft(_offer(today), by=firm).number, by=firm).number


def _offer(today: date) -> Offer:
    return Offer(
        kind="purchase",
        account=ACCOUNT,
        lines=(Line("Draft Studio", 40, Decimal("480.00"), discount_percent=Decimal(5)),),
        currency="EUR",
        tax=Decimal("3465.60"),
        start_on=today,
        end_on=today + timedelta(days=729),
        expires_on=today + timedelta(days=30),
        notes="Prices for two years, paid yearly.",
    )
