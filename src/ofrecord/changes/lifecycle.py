"""The table of moves: which state follows which, by what act, told as which event.

Buttons, links and the reference page are made from it, and `verify` holds the journal to it.
"""

from dataclasses import dataclass
from functools import lru_cache

from ofrecord.changes.models import OPEN, State

AWAITING = State.AWAITING_CONSENT


@dataclass(frozen=True)
class Move:
    """From one state to another. `before` is empty for the first state of a change."""

    before: str
    after: str
    act: str
    event: str


MOVES = (
    Move("", State.APPLIED, "submit", "partner_change.applied"),
    Move("", State.SCHEDULED, "submit", "partner_change.scheduled"),
    Move("", State.AWAITING_CONSENT, "submit", "partner_change.consent_asked"),
    Move("", State.APPLIED, "undo", "partner_change.applied"),
    Move("", State.APPLIED, "correct", "partner_change.applied"),
    Move("", State.APPLIED, "order", "partner_change.applied"),
    Move("", State.SCHEDULED, "order", "partner_change.scheduled"),
    Move("", State.APPLIED, "support", "partner_change.applied"),
    Move("", State.SCHEDULED, "support", "partner_change.scheduled"),
    Move("", State.AWAITING_CONSENT, "support", "partner_change.consent_asked"),
    Move("", State.COMPLETE, "load", "agreement.loaded"),
    Move(AWAITING, AWAITING, "give", "partner_change.consent_given"),
    Move(AWAITING, AWAITING, "refuse", "partner_change.consent_refused"),
    Move(AWAITING, State.APPLIED, "settle", "partner_change.applied"),
    Move(AWAITING, State.SCHEDULED, "settle", "partner_change.scheduled"),
    Move(AWAITING, State.DECLINED, "decline", "partner_change.declined"),
    Move(AWAITING, State.EXPIRED, "expire", "partner_change.expired"),
    Move(AWAITING, State.CANCELLED, "cancel", "partner_change.cancelled"),
    Move(State.SCHEDULED, State.APPLIED, "apply", "partner_change.applied"),
    Move(State.SCHEDULED, State.CANCELLED, "cancel", "partner_change.cancelled"),
    Move(State.APPLIED, State.COMPLETE, "complete", "partner_change.completed"),
)
TERMINAL = tuple(
    state for state in State if state not in OPEN and state not in {m.before for m in MOVES}
)


@lru_cache(maxsize=256)
def move(before: str, act: str, after: str | None = None) -> Move:
    """The move that `act` makes from `before`; LookupError where there is none."""
    for each in MOVES:
        if (each.before, each.act) == (before, act) and after in (None, each.after):
            return each
    raise LookupError(f"no move {act!r} from {before!r}")


def acts(state: str) -> tuple[str, ...]:
    """What can be done with a change in this state, by people or by the clock."""
    return tuple(each.act for each in MOVES if each.before == state)
