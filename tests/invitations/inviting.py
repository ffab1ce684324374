"""How the cast invites: Gil of Gorse, which Alder does not know; and Opal for the vendor."""

import re
from typing import Any

from ofrecord.delivery.models import Letter
from ofrecord.invitations.introduce import introduce
from ofrecord.invitations.introduction import Introduction
from ofrecord.invitations.invite import invite
from ofrecord.invitations.models import Invitation
from ofrecord.invitations.open_invitation import open_invitation
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast

ALDER, BIRCH, NOBODY = "5100000001", "5100000002", "5199999999"


def firm(cast: Cast, name: str = "gil") -> Actor:
    return cast.actor(name, door="desk").only(partners=True)


def by_firm(cast: Cast, account: str = ALDER, *, by: str = "gil", **said: Any) -> Invitation:
    """A partner's invitation, which the clock has not come to yet."""
    return invite(Introduction(account=account, **said), by=firm(cast, by))


def reached(cast: Cast, account: str = ALDER, **said: Any) -> Invitation:
    """A partner's invitation when the clock has come to it."""
    made = by_firm(cast, account, **said)
    introduce(by=Actor.system())
    return now(made)


def by_vendor(cast: Cast, *agreements: str, account: str = ALDER, **said: Any) -> Invitation:
    """Opal introduces Gorse to Alder."""
    given = {"partner": cast.gorse.account_number, "agreements": agreements, **said}
    return invite(Introduction(account=account, **given), by=cast.actor("opal", door="console"))


def now(invitation: Invitation) -> Invitation:
    """The invitation as it is kept by now."""
    with seeing(Actor.system()):
        return Invitation.objects.select_related("account", "partner").get(pk=invitation.pk)


def letters(kind: str = "invitation.received.account") -> list[Letter]:
    with seeing(Actor.system()):
        found = Letter.objects.filter(kind=kind)
        return list(found.order_by("id"))


def token() -> str:
    """The token of the link in the latest letter."""
    found = re.search(r"/invitations/([\w-]{43})/", letters()[-1].text)
    assert found
    return found.group(1)


def opened(cast: Cast, by: str = "pia") -> Invitation:
    return open_invitation(token(), by=cast.actor(by))


def told(invitation: Invitation) -> list[str]:
    """The events about an invitation, in the order in which they were recorded."""
    with seeing(Actor.system()):
        about = Event.objects.filter(about=str(invitation.pk)).order_by("recorded_at", "sequence")
        return list(about.values_list("type", flat=True))
