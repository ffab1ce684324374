"""The tables of moves of quotes and of requests for them: by whose act which state follows which.

Buttons, links and the reference page are made from them. `revise` makes a new draft beside the
quote; what that revision replaces is withdrawn when it is issued.
"""

from dataclasses import dataclass

from ofrecord.quotes.models import RequestState, State


@dataclass(frozen=True)
class Move:
    """From one state to another, by the partner, the customer or the clock, told as an event.

    `before` is empty for the first state. `beside` are the states of the quote which a new one is
    made from.
    """

    before: str
    after: str
    act: str
    by: str
    event: str
    beside: tuple[str, ...] = ()


REVISABLE = (State.ISSUED, State.VIEWED, State.WITHDRAWN, State.EXPIRED)
"""The states in which a quote can be offered anew under its number."""

MOVES = (
    Move("", State.DRAFT, "draft", "partner", "quote.drafted"),
    Move("", State.DRAFT, "revise", "partner", "quote.drafted", REVISABLE),
    Move(State.DRAFT, State.DRAFT, "draft", "partner", "quote.drafted"),
    Move(State.DRAFT, State.ISSUED, "issue", "partner", "quote.issued"),
    Move(State.DRAFT, State.WITHDRAWN, "withdraw", "partner", "quote.withdrawn"),
    Move(State.ISSUED, State.VIEWED, "view", "customer", "quote.viewed"),
    *(
        Move(before, after, act, by, event)
        for before in (State.ISSUED, State.VIEWED)
        for after, act, by, event in (
            (State.ACCEPTED, "accept", "customer", "quote.accepted"),
            (State.DECLINED, "decline", "customer", "quote.declined"),
            (State.WITHDRAWN, "withdraw", "partner", "quote.withdrawn"),
            (State.EXPIRED, "expire", "clock", "quote.expired"),
        )
    ),
)
REQUEST_MOVES = (
    Move("", RequestState.OPEN, "request", "customer", "quote.requested"),
    Move(RequestState.OPEN, RequestState.ANSWERED, "issue", "partner", "quote.issued"),
    Move(
        RequestState.OPEN,
        RequestState.DECLINED,
        "decline_request",
        "partner",
        "quote_request.declined",
    ),
    Move(
        RequestState.OPEN,
        RequestState.WITHDRAWN,
        "withdraw_request",
        "customer",
        "quote_request.withdrawn",
    ),
)


def move(before: str, act: str) -> Move:
    """The move that `act` makes of a quote from `before`; LookupError where there is none."""
    for each in MOVES:
        if (each.before, each.act) == (before, act):
            return each
    raise LookupError(f"no move {act!r} from {before!r}")


def acts(state: str, by: str | None = None) -> tuple[str, ...]:
    """What can be done with a quote in this state, by all or by one of the parties."""
    return tuple(
        m.act for m in MOVES if (m.before == state or state in m.beside) and by in (None, m.by)
    )
