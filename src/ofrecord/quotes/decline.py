"""Decline: the customer does not want what a quote offers."""

from ofrecord.changes.refusals import reason_missing, refused
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import letters, loading, refusals
from ofrecord.quotes.closing import close
from ofrecord.quotes.models import OPEN, Quote
from ofrecord.quotes.rights import demand_buyer


def decline(number: str, *, by: Actor, reason: str, revision: int | None = None) -> Quote:
    """Decline a quote that is on offer, and tell the partner why.

    `revision` is the one that the person was shown; another is refused as `quote_revised`. Refused
    as `not_found`, `not_permitted`, `reason_missing`, or as what the quote is by now:
    `quote_accepted`, `quote_declined`, `quote_withdrawn`, `quote_expired`.
    """
    if not reason.strip():
        raise refused([reason_missing()])
    with seeing(by):
        quote = loading.found(number, by)
        demand_buyer(quote.account_id, quote.agreement_id, by)
        quote = loading.locked(quote)
        loading.demand(quote, *OPEN)
        if revision not in (None, quote.revision):
            raise refused([refusals.quote_revised(quote.revision)])
        close(quote, "decline", by, reason=reason.strip())
        letters.declined(quote)
    wake.wake()
    return quote
