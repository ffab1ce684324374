"""The table of moves of a case: by whose act which state follows which, told as which event.

Buttons and the reference page are made from it, and `verify` holds the journal to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ofrecord.cases.models import LIVE, State


@dataclass(frozen=True)
class Move:
    """From one state to another, by the customer, the staff or the clock; `before` may be ""."""

    before: str
    after: str
    act: str
    by: str
    event: str


def _of_live() -> Iterator[Move]:
    """Support's answer waits for the customer, or says that support goes on by itself."""
    for before in LIVE:
        for after in (State.WAITING_FOR_CUSTOMER, State.WAITING_FOR_VENDOR):
            yield Move(before, after, "answer", "staff", "case.answered")
        for who in ("customer", "staff"):
            yield Move(before, State.RESOLVED, "resolve", who, "case.resolved")


MOVES = (
    Move("", State.OPEN, "open", "customer", "case.opened"),
    Move(State.OPEN, State.OPEN, "answer", "customer", "case.answered"),
    *(
        Move(before, State.WAITING_FOR_VENDOR, "answer", "customer", "case.answered")
        for before in (State.WAITING_FOR_CUSTOMER, State.WAITING_FOR_VENDOR)
    ),
    *_of_live(),
    *(
        Move(State.RESOLVED, State.WAITING_FOR_VENDOR, "reopen", who, "case.reopened")
        for who in ("customer", "staff")
    ),
    *(
        Move(State.RESOLVED, State.CLOSED, "close", who, "case.closed")
        for who in ("staff", "clock")
    ),
)
BESIDE = ("case.assigned", "case.noted", "case.carried_out")
"""Events of a case that leave its state as it is."""


def move(before: str, act: str, by: str, after: str | None = None) -> Move:
    """The move that `act` makes from `before`; LookupError where there is none."""
    for each in MOVES:
        if (each.before, each.act, each.by) == (before, act, by) and after in (None, each.after):
            return each
    raise LookupError(f"no move {act!r} of the {by} from {before!r}")


def acts(state: str, by: str) -> tuple[str, ...]:
    """What somebody can do with a case in this state, each once."""
    return tuple(dict.fromkeys(m.act for m in MOVES if (m.before, m.by) == (state, by)))
