"""Find: a customer sees whom it is about to ask for a quote, by its exact account number."""

from dataclasses import dataclass

from ofrecord.changes import find as changes
from ofrecord.changes.find import FoundPartner, looked_up, typed
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account
from ofrecord.parties.streams import lock_accounts
from ofrecord.quotes.judging import of_kind
from ofrecord.quotes.request import about, count_look_up, of_number, tell_look_up
from ofrecord.quotes.rights import demand_buyer
from ofrecord.rules.verdicts import Verdict


@dataclass(frozen=True)
class Candidate:
    """A partner that was found; `against` is what it cannot be asked for, as things are."""

    partner: FoundPartner
    against: tuple[Verdict, ...] = ()


def find(
    partner: str, *, kind: str, by: Actor, agreement: str = "", account: str | None = None
) -> Candidate:
    """Look up whom `request` would ask: by the same rules, counted and journaled as any look-up.

    Refused as `not_found`, `not_permitted`, `lookup_limit` (429), and with the rules about number
    and partner.
    """
    number = typed(partner)
    with seeing(by):
        on, customer = about(agreement, account, kind, by)
        demand_buyer(customer.pk, on.pk if on else None, by)
    if on is None:
        return _for_purchase(number, customer, by)
    found = changes.find(number, [agreement], by=by, occasion="order")
    if found.verdicts:
        raise refused(found.verdicts)
    with seeing(Actor.system()):
        return Candidate(found, tuple(of_kind(kind, on, found.checks[0].facts["partner_id"])))


def _for_purchase(number: str, customer: Account, by: Actor) -> Candidate:
    """There is no agreement yet: the look-up is told of the account alone."""
    count_look_up(customer, by)
    with seeing(by):
        lock_accounts([customer.pk])
        against = of_number(number)
        outcome = against[0].code if against else "found"
        tell_look_up(number, outcome, customer, None, by)
        found = None if against else looked_up(number, [])
    if found is None:
        raise refused(against)
    return Candidate(found)
