"""Writing what became of a quote: its state, when and by whom, and the fact of it."""

from typing import Any

from ofrecord.parties.actors import Actor
from ofrecord.quotes.lifecycle import move
from ofrecord.quotes.models import Quote
from ofrecord.quotes.telling import tell_customer, tell_partner

COLUMNS = ("state", "closed_at", "closed_by", "closed_reason")


def close(quote: Quote, act: str, by: Actor, *, reason: str = "", **data: Any) -> None:
    """Make the move of `act`, after which nothing is done with the quote any more."""
    step = move(quote.state, act)
    said = {"reason": reason} if reason else {}
    if quote.issued_at is None:
        quote.closed_at = tell_partner(quote, step.event, by)
    else:
        quote.closed_at = tell_customer(quote, step.event, by, **said, **data)
    quote.state, quote.closed_by_id = step.after, by.judged_person
    quote.closed_reason = reason
    quote.save(update_fields=COLUMNS)
