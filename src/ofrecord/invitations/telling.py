"""The facts of invitations: of their sender's side, and of the customer's.

A partner's own acts stand in its stream, the vendor's and the customer's in the account's. No fact
of an account tells the partner anything: what it may know of the answer is a fact of its own.
"""

from datetime import datetime
from typing import Any

from ofrecord.invitations.models import Invitation
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.parties.streams import lock_accounts, tell, tell_accounts


def tell_sender(invitation: Invitation, type: str, by: Actor, **data: Any) -> datetime:
    """Record a fact of the sender's side, in the system's context; the recorded time."""
    if not invitation.by_partner:
        return tell_account(invitation, type, by, **data)
    said = _said(invitation) | data
    return tell(invitation.partner, type, said, by.by, about=str(invitation.pk))


def tell_account(invitation: Invitation, type: str, by: Actor, **data: Any) -> datetime:
    """Record a fact of the customer's side, which locks the account; the recorded time."""
    ((account, number),) = lock_accounts([invitation.account_id or 0]).items()
    said, about = _said(invitation) | data, str(invitation.pk)
    fact = Fact(account, type, number, said, account_id=account, about=about)
    return tell_accounts([fact], by.by)


def tell_answer(invitation: Invitation, answer: str, by: Actor) -> None:
    """Let the partner that has sent it know what the customer answered."""
    if invitation.by_partner:
        data = _said(invitation) | {"answer": answer}
        with seeing(Actor.system()):
            system = Actor.system(by.door)
            tell(invitation.partner, "invitation.answered", data, system.by, str(invitation.pk))


def tell_canary(invitation: Invitation, by: Actor) -> None:
    """A number that no customer has was invited; the partner itself does not see this fact."""
    firm = Partner.objects.select_for_update(no_key=True).get(pk=invitation.partner_id)
    ledger = open_ledger("partner", [firm.pk])
    data = _said(invitation) | {"account": invitation.account_number}
    about = str(invitation.pk)
    fact = Fact(firm.pk, "invitation.canary_invited", firm.account_number, data, about=about)
    ledger.record([fact], by.by)
    Partner.objects.filter(pk=firm.pk).update(version=ledger.sequence(firm.pk))


def _said(invitation: Invitation) -> dict[str, Any]:
    """What every fact says of its invitation."""
    return {
        "invitation": str(invitation.pk),
        "partner": invitation.partner.account_number,
        "sent_by": "partner" if invitation.by_partner else "vendor",
    }
