"""Invitations that are sent, answered, taken back and forgotten, for the page of the events."""

import re
from datetime import timedelta

from pytest_django import Settings

from ofrecord.delivery.models import Letter
from ofrecord.invitations.decline import decline
from ofrecord.invitations.expire import expire
from ofrecord.invitations.introduce import introduce
from ofrecord.invitations.introduction import Introduction
from ofrecord.invitations.invite import invite
from ofrecord.invitations.models import Invitation
from ofrecord.invitations.open_invitation import open_invitation
from ofrecord.invitations.withdraw import withdraw
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from tests.docs.acts_of_quotes import ACCOUNT, FIELDGATE, PARTNER

NOBODY = "4299999999"
PROVIDER, WORDS = "5200000029", "We met at the building fair, and know your site."


def introduce_them(admin: Actor, operations: Actor) -> None:
    """The vendor introduces a partner, and takes it back; a firm invites by itself, in vain.

    Another one stays open, until the account asks that partner for a quote.
    """
    made = invite(Introduction(PROVIDER, ACCOUNT, message=WORDS), by=operations)
    withdraw(made.pk, by=operations, reason="The customer has called us.")
    _sent(ACCOUNT)
    introduce(by=Actor.system())
    with seeing(Actor.system()):
        letter = Letter.objects.filter(kind="invitation.received.account").latest("pk")
        reached = Invitation.objects.get(pk=letter.about[0])
    found = re.search(r"/invitations/([\w-]+)/", letter.text)
    open_invitation(found.group(1) if found else "", by=admin)
    decline(reached.pk, by=admin, reason="We are happy where we are.")
    invite(Introduction(PARTNER, ACCOUNT), by=operations)


def guess(settings: Settings) -> None:
    """A firm tries a number that no customer has; nobody answers it."""
    settings.OFRECORD_CANARY_ACCOUNTS = (NOBODY,)
    today = clock.today()
    _sent(NOBODY)
    introduce(by=Actor.system())
    settings.OFRECORD_TODAY = today + timedelta(days=31)
    expire(by=Actor.system())
    settings.OFRECORD_TODAY, settings.OFRECORD_CANARY_ACCOUNTS = today, ()


def _sent(account: str) -> None:
    firm = for_person(Person.objects.get(email=FIELDGATE), door="desk", strength="password")
    invite(Introduction(PARTNER, account, message=WORDS), by=firm.only(partners=True))
