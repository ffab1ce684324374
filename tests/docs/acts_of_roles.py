"""Who works for an account is said by its primary admin; a firm edits its profile."""

import re
from dataclasses import replace
from typing import Any

from ofrecord.agreements.contract_manager import appoint
from ofrecord.delivery.models import Letter
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.edit_firm import Profile, edit_firm
from ofrecord.parties.models import Partner, Role, RoleInvitation
from ofrecord.parties.people.change_role import change_role
from ofrecord.parties.people.hand_over import hand_over
from ofrecord.parties.people.invite import invite
from ofrecord.parties.people.join import Newcomer, join
from ofrecord.parties.people.remove import remove
from ofrecord.parties.people.withdraw import withdraw

ACCOUNT = "4200000017"
LIN = "lin.okafor@willow-stone.example"
CHOSEN = "slow-river-lantern-9"


def look_after(admin: Actor, terminal: Actor, agreement: str, firm: str) -> None:
    """Somebody is invited, joins, rises, is handed the account, gives it back, and is removed."""
    where: dict[str, Any] = {"belongs_to": ACCOUNT, "role": "viewer", "by": admin}
    withdraw(invite("noor.haddad@willow-stone.example", "Noor Haddad", **where).pk, by=admin)
    invite(LIN, "Lin Okafor", **where)
    made = invite(LIN, "Lin Okafor", **where)
    join(_secret(made), by=Actor(None, "sign_in"), chosen=Newcomer("Lin Okafor", CHOSEN))
    change_role(_role(LIN), "secondary_admin", by=admin)
    appoint([agreement], made.person.pk, by=admin)
    hand_over(_role(LIN), by=admin)
    with seeing(terminal):
        before = Role.objects.get(person=admin.person_id, account__account_number=ACCOUNT)
    hand_over(before.pk, by=terminal, reason="Lin leaves in June.")
    remove(_role(LIN), by=admin)
    _edit(firm, terminal)


def _edit(number: str, terminal: Actor) -> None:
    with seeing(terminal):
        firm = Partner.objects.get(account_number=number)
    edit_firm(number, replace(Profile.of(firm), street="3 New Wharf", language="en"), by=terminal)


def _role(email: str) -> int:
    with seeing(Actor.system()):
        return Role.objects.get(person__email=email).pk


def _secret(invitation: RoleInvitation) -> str:
    """What stands in the link of the letter."""
    with seeing(Actor.system()):
        letter = Letter.objects.filter(person_id=invitation.person.pk).latest("pk")
    found = re.search(r"/join/([^/\s]+)/", letter.text)
    assert found, letter.text
    return found[1]
