"""View: the customer opens a quote for the first time."""

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import loading
from ofrecord.quotes.models import Quote, State
from ofrecord.quotes.telling import tell_customer


def view(number: str, *, by: Actor) -> Quote:
    """The quote; the first person of the account who opens it marks it as viewed.

    Nobody else marks it, and nothing that is not on offer. Refused as `not_found`.
    """
    with seeing(by):
        quote = loading.found(number, by)
        theirs = by.person_id is not None and quote.account_id in by.accounts
        if theirs and quote.standing == State.ISSUED:
            quote = loading.locked(quote)
            if quote.standing == State.ISSUED:
                quote.viewed_at = tell_customer(quote, "quote.viewed", by)
                quote.state = State.VIEWED
                quote.save(update_fields=["state", "viewed_at"])
    return quote
