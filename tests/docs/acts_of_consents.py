"""Consents, transfer codes and corrections, for the page of the events."""

from datetime import date, timedelta
from uuid import UUID

from pytest_django import Settings

from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.codes.withdraw import withdraw
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.consents.settle import settle
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.decline import decline
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.models import Consent
from ofrecord.changes.submit import submit
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.add_person import add_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.rules.publish import publish

CONTRACT, RESELLER, PROVIDER = "120000000018", "5200000011", "5200000029"
FIELDGATE, SECOND = "orders@fieldgate.example", "ruth.lane@larkfield.example"
REASON = "The partner near our site."


def ask_and_answer(admin: Actor, settings: Settings) -> None:
    """Under a policy that asks both partners: one accepts by a code, one objects, one is silent."""
    today, day = clock.today(), clock.today() + timedelta(days=40)
    _policy(day)
    settings.OFRECORD_TODAY = day
    fieldgate = for_person(Person.objects.get(email=FIELDGATE), door="desk", strength="password")
    withdraw(make([CONTRACT], RESELLER, by=admin, reason=REASON).id, by=admin)
    redeem(make([CONTRACT], RESELLER, by=admin, reason=REASON).code, by=fieldgate)
    _later(settings, 10)
    submit([CONTRACT], PROVIDER, by=admin, reason=REASON)
    answer([_asked("losing")], given=False, by=fieldgate, ground="open_order", reason="Order 4711.")
    submit([CONTRACT], PROVIDER, by=admin, reason=REASON)
    _later(settings, 10)
    settings.OFRECORD_TODAY = today


def correct(operations: Actor, terminal: Actor, day: date) -> None:
    """One correction is declined, and one approved by a second person."""
    add_person(SECOND, "Ruth Lane", belongs_to="vendor", role="operations", by=terminal)
    second = for_person(Person.objects.get(email=SECOND), door="console", strength="password")
    decline(_proposed(operations, day), by=second, reason="It began a day earlier.")
    approve(_proposed(operations, day - timedelta(days=1)), by=second)


def _policy(day: date) -> None:
    opened = Actor.system("cli")
    with seeing(opened):
        publish(
            {"consent_days": {"gaining": 5, "losing": 5}},
            in_force_on=day,
            by=opened,
            note="Both partners are asked.",
        )


def _later(settings: Settings, days: int) -> None:
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=days)
    settle(by=Actor.system())


def _asked(kind: str) -> UUID:
    with seeing(Actor.system()):
        return Consent.objects.get(kind=kind, answer="").pk


def _proposed(by: Actor, day: date) -> UUID:
    reason = "The register says otherwise."
    return propose(CONTRACT, by=by, reason=reason, partner=RESELLER, effective_on=day).pk
