"""The table of moves of an invitation: by whose act which state follows which.

The reference page is made from it, and `verify` holds invitations to it.
"""

from dataclasses import dataclass

from ofrecord.invitations.models import State


@dataclass(frozen=True)
class Move:
    """From one state to another, by the sender, the customer or the clock, told as an event.

    `before` is empty for the first state.
    """

    before: str
    after: str
    act: str
    by: str
    event: str


MOVES = (
    Move("", State.SENT, "invite", "sender", "invitation.sent"),
    Move(State.SENT, State.SENT, "introduce", "clock", "invitation.received"),
    Move(State.SENT, State.SENT, "open", "customer", "invitation.opened"),
    Move(State.SENT, State.ACCEPTED, "accept", "customer", "invitation.accepted"),
    Move(State.SENT, State.DECLINED, "decline", "customer", "invitation.declined"),
    Move(State.SENT, State.WITHDRAWN, "withdraw", "sender", "invitation.withdrawn"),
    Move(State.SENT, State.EXPIRED, "expire", "clock", "invitation.expired"),
)


def move(before: str, act: str) -> Move:
    """The move that `act` makes from `before`; LookupError where there is none."""
    for each in MOVES:
        if (each.before, each.act) == (before, act):
            return each
    raise LookupError(f"no move {act!r} from {before!r}")
