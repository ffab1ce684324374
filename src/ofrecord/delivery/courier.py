"""The loop that sends what is due, and marks what came of it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from ofrecord.delivery import claims, failpoints, sending
from ofrecord.delivery.lanes import Lane
from ofrecord.delivery.lines import Lines
from ofrecord.delivery.loops import SWEEP, DatabaseThread, heard
from ofrecord.delivery.sending import DEADLINE, LEASE, Claim, Outcome

PAUSE = 0.02
PATIENCE = 3.0


class Courier:
    """Claims deliveries, sends each in a task of its own, and marks them in batches.

    `settled` is called with acknowledgements that were marked. What was sent and could not be
    marked is kept until it can be, so `run` may be called again after it failed.
    """

    def __init__(self, settled: Callable[[Sequence[Claim]], None]) -> None:
        self._settled = settled
        self._due = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._untried: list[Claim] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._lanes: defaultdict[int, Lane] = defaultdict(Lane)
        self._ending = False
        self._database = DatabaseThread("courier")

    def wake(self) -> None:
        """Look now, and not at the next sweep."""
        self._due.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`, then wait a moment for what is under way."""
        self._ending = False
        async with sending.connections() as lines:
            try:
                while not stop.is_set():
                    await self._turn(lines)
                    await asyncio.sleep(PAUSE)  # what comes meanwhile goes in one turn
                    await heard(self._due, SWEEP)
            finally:
                self._ending = True
                await self._finish()

    async def _turn(self, lines: Lines) -> None:
        self._due.clear()
        lines.tidy()
        room = {id: lane.room for id, lane in self._lanes.items()}
        until = time.monotonic() + LEASE - DEADLINE
        outcomes, untried = self._taken()
        try:
            claimed = await self._database.run(claims.turn, outcomes, room, untried)
        except BaseException:
            self._keep(outcomes, untried)
            raise
        if claimed:
            failpoints.hit("delivery.after_claim")
        self._release(outcomes, untried)
        for claim in claimed:
            self._start(lines, claim, until)

    def _start(self, lines: Lines, claim: Claim, until: float) -> None:
        self._lanes[claim.endpoint_id].in_hand += 1
        task = asyncio.create_task(self._send(lines, claim, until))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, lines: Lines, claim: Claim, until: float) -> None:
        """Send it when its turn comes, unless its lease might end before the receiver answers."""
        lane = self._lanes[claim.endpoint_id]
        try:
            async with lane.turnstile:
                if self._ending or time.monotonic() > until:
                    self._untried.append(claim)
                else:
                    outcome = await sending.send(lines, claim)
                    failpoints.hit("delivery.after_send_before_mark")
                    lane.learn(outcome)
                    self._outcomes.append(outcome)
        except BaseException:
            lane.in_hand -= 1
            raise
        self._due.set()

    def _taken(self) -> tuple[list[Outcome], list[Claim]]:
        taken = self._outcomes, self._untried
        self._outcomes, self._untried = [], []
        return taken

    def _keep(self, outcomes: list[Outcome], untried: list[Claim]) -> None:
        self._outcomes = outcomes + self._outcomes
        self._untried = untried + self._untried

    def _release(self, outcomes: list[Outcome], untried: list[Claim]) -> None:
        for claim in (*untried, *(outcome.claim for outcome in outcomes)):
            self._lanes[claim.endpoint_id].in_hand -= 1
        acknowledged = [outcome.claim for outcome in outcomes if outcome.acknowledged]
        if acknowledged:
            self._settled(acknowledged)

    async def _finish(self) -> None:
        """Mark what arrives within a moment; what does not is somebody else's after the lease."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=PATIENCE)
        for task in list(self._sending):
            task.cancel()
        if self._sending:
            await asyncio.wait(self._sending)
        outcomes, untried = self._taken()
        try:
            await self._database.run(claims.mark, outcomes, untried)
        except BaseException:
            self._keep(outcomes, untried)
            raise
        self._release(outcomes, untried)
