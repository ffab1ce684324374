"""Who may put the partner of record right at the console, and speak for the system of record."""

from ofrecord.changes.consents.rights import KEEPERS
from ofrecord.changes.corrections.proposal import APPROVERS
from ofrecord.changes.overrides import AGENTS
from ofrecord.parties.actors import Actor


def may_correct(actor: Actor) -> bool:
    """May propose corrections, and approve those of others."""
    return bool(set(APPROVERS) & set(actor.vendor_roles))


def may_support(actor: Actor) -> bool:
    """May change the partner for customers, and agree to what a colleague overrides."""
    return bool(set(AGENTS) & set(actor.vendor_roles))


def may_answer_consents(actor: Actor) -> bool:
    """May be asked for something before a change counts; the verb knows for what."""
    return may_confirm(actor) or may_support(actor)


def may_confirm(actor: Actor) -> bool:
    """May give or refuse the confirmation of the system of record."""
    return bool(KEEPERS & set(actor.vendor_roles))
