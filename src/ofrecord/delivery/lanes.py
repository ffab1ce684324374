"""How much of each endpoint's queue the worker takes in hand, and how much it sends at once.

An endpoint that answers quickly is claimed for in large turns, so that a backlog costs few
statements; one that is slow, or fails, never has more in hand than it is sent at once.
"""

import asyncio
from dataclasses import dataclass, field

from ofrecord.delivery.claims import AT_ONCE
from ofrecord.delivery.sending import DEADLINE, Outcome

AHEAD = 0.5
MOST = 200
WEIGHT = 0.2


@dataclass
class Lane:
    """One endpoint: what is in hand for it, and the seconds that it has taken to answer lately."""

    in_hand: int = 0
    seconds: float = DEADLINE
    turnstile: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    @property
    def room(self) -> int:
        """How many more may be claimed: in all, what it answers in half a second."""
        share = AT_ONCE * AHEAD / max(self.seconds, 0.001)
        return max(0, min(MOST, max(AT_ONCE, int(share))) - self.in_hand)

    def learn(self, outcome: Outcome) -> None:
        """A failure is taken for the slowest answer: trust comes back little by little."""
        if outcome.acknowledged:
            self.seconds += WEIGHT * (outcome.milliseconds / 1000 - self.seconds)
        else:
            self.seconds = DEADLINE
