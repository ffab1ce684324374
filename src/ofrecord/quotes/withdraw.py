"""Withdraw: the partner takes an offer back, or throws a draft away."""

from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import letters, loading
from ofrecord.quotes.closing import close
from ofrecord.quotes.models import OPEN, Quote, State


def withdraw(number: str, *, by: Actor, reason: str = "") -> Quote:
    """Withdraw the draft of this number, or else the quote that is on offer.

    The customer is told of what it had been offered. Refused as `not_found`, `not_permitted`, or
    as what the quote is by now.
    """
    with seeing(by):
        known = loading.own(number, by)
    with seeing(Actor.system()):
        quote = loading.locked(known)
        loading.demand(quote, State.DRAFT, *OPEN)
        close(quote, "withdraw", by, reason=reason.strip())
        letters.withdrawn(quote)
    wake.wake()
    return quote
