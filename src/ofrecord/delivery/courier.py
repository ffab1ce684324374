"""The loop that sends what is due, and marks what came of it."""

import asyncio
from collections import Counter
from collections.abc import Callable

import httpcore

from ofrecord.delivery import claims, failpoints, sending
from ofrecord.delivery.loops import SWEEP, DatabaseThread
from ofrecord.delivery.sending import Claim, Outcome

COALESCE = 0.01
PATIENCE = 3.0


class Courier:
    """Claims deliveries, sends each in a task of its own, and marks them in batches.

    `settled` is called after acknowledgements were marked. What was sent and could not be marked
    is kept until it can be, so `run` may be called again after it failed.
    """

    def __init__(self, settled: Callable[[], None]) -> None:
        self._settled = settled
        self._due = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._busy: Counter[int] = Counter()
        self._database = DatabaseThread("courier")

    def wake(self) -> None:
        """Look now, and not at the next sweep."""
        self._due.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`, then wait a moment for what is under way."""
        async with sending.connections() as pool:
            try:
                while not stop.is_set():
                    await self._turn(pool)
                    await self._wait(stop)
            finally:
                await self._finish()

    async def _wait(self, stop: asyncio.Event) -> None:
        """Until somebody wakes it or the next sweep, and then a little, to work in batches."""
        waiting = asyncio.ensure_future(stop.wait())
        due = asyncio.ensure_future(self._due.wait())
        await asyncio.wait((waiting, due), timeout=SWEEP, return_when=asyncio.FIRST_COMPLETED)
        for future in (waiting, due):
            future.cancel()
        await asyncio.sleep(COALESCE)

    async def _turn(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._due.clear()
        outcomes, self._outcomes = self._outcomes, []
        try:
            claimed = await self._database.run(claims.turn, outcomes, self._busy)
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        if claimed:
            failpoints.hit("delivery.after_claim")
        self._release(outcomes)
        for claim in claimed:
            self._start(pool, claim)

    def _start(self, pool: httpcore.AsyncConnectionPool, claim: Claim) -> None:
        self._busy[claim.endpoint_id] += 1
        task = asyncio.create_task(self._send(pool, claim))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, pool: httpcore.AsyncConnectionPool, claim: Claim) -> None:
        try:
            outcome = await sending.send(pool, claim)
        except BaseException:
            self._free(claim)
            raise
        failpoints.hit("delivery.after_send_before_mark")
        self._outcomes.append(outcome)
        self._due.set()

    def _release(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            self._free(outcome.claim)
        if any(outcome.acknowledged for outcome in outcomes):
            self._settled()

    def _free(self, claim: Claim) -> None:
        self._busy[claim.endpoint_id] -= 1
        if not self._busy[claim.endpoint_id]:
            del self._busy[claim.endpoint_id]

    async def _finish(self) -> None:
        """Mark what arrives within a moment; what does not is somebody else's after the lease."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=PATIENCE)
        for task in list(self._sending):
            task.cancel()
        if self._sending:
            await asyncio.wait(self._sending)
        outcomes, self._outcomes = self._outcomes, []
        try:
            await self._database.run(claims.mark, outcomes)
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        self._release(outcomes)
