"""Who may send invitations for the vendor, and for whom of an account one is meant."""

from ofrecord.changes.refusals import refused
from ofrecord.invitations import refusals
from ofrecord.invitations.models import Invitation, InvitedPerson
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Role
from ofrecord.rules import policy

SENDERS = frozenset({"operations", "administrator"})


def may_send(by: Actor) -> bool:
    """May invite on behalf of the vendor, and withdraw what anybody has sent."""
    return by.is_system or bool(SENDERS & set(by.vendor_roles))


def demand_sender(by: Actor) -> None:
    """Refuse others of the vendor's staff."""
    if not may_send(by):
        raise refused([refusals.vendor_only()])


def meant_for(invitation: Invitation, by: Actor) -> bool:
    """Whether they are one of those it was sent to, and still of the account."""
    if by.judged_person is None or invitation.account_id not in by.accounts:
        return False
    own = InvitedPerson.objects.filter(invitation=invitation, person_id=by.judged_person)
    return own.exists()


def may_answer(invitation: Invitation, by: Actor) -> bool:
    """Whether it is meant for them, or they may change the partners of the account by now."""
    if by.judged_person is None or invitation.account_id not in by.accounts:
        return False
    names = policy.live().may_change
    held = Role.objects.filter(person_id=by.judged_person, name__in=names)
    return meant_for(invitation, by) or held.filter(account=invitation.account).exists()


def demand_addressee(invitation: Invitation, by: Actor) -> None:
    """Refuse whoever may see it only."""
    if not may_answer(invitation, by):
        raise refused([refusals.not_addressed()])
