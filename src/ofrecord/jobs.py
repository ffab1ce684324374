"""What the worker does: it sends, it posts letters, and it moves changes and runs on.

Here delivery and changes meet, which do not know each other: when deliveries have settled, the
changes that waited for them are completed. Procrastinate is the clock of everything periodic;
its jobs are at most a minute apart, the sweep behind them one second.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol, cast

import structlog
from django.core.management import call_command
from django.db import connection
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app, connector_params

from ofrecord.cases.close import close_due
from ofrecord.changes.apply import apply
from ofrecord.changes.complete import complete
from ofrecord.changes.consents.settle import settle
from ofrecord.changes.due import brought, said_of
from ofrecord.changes.letter_addresses import addresses
from ofrecord.changes.runs.carry_on import carry_on, under_way
from ofrecord.delivery import wake
from ofrecord.delivery.courier import Courier
from ofrecord.delivery.loops import LOST, SWEEP, DatabaseThread, heard, kept_up
from ofrecord.delivery.posting import Post
from ofrecord.delivery.sending import Claim
from ofrecord.invitations.expire import expire as expire_invitations
from ofrecord.invitations.introduce import introduce
from ofrecord.journal import anchors, clock, keys
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.begin import begin
from ofrecord.quotes.expire import expire
from ofrecord.quotes.renew import renew
from ofrecord.transitions.follow import follow_all

DAYS_OF_JOBS = 7
PATIENCE = 3
PAUSE = 0.1
ALL_EVERY = 60.0
APPLIED = "partner_change.applied"
WOKEN = ("courier", "post", "runs")
"""Whom a commit concerns; what the time brings is looked for every second, whatever happens."""
DUE: tuple[tuple[Callable[..., int], str], ...] = (
    (settle, "worker.after_settle"),
    (apply, "worker.after_apply"),
    (expire, ""),
    (begin, ""),
    (expire_invitations, ""),
    (introduce, ""),
    (close_due, ""),
)
"""What the time brings, in this order, with the failpoint after each batch."""
UNDER_WAY = timedelta(seconds=5)
"""How long it may take, at most, from the time that a settled delivery says to its commit."""
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="apply_due", pass_context=False)
def apply_due(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes it
    """End what waits and whose time is over; apply changes whose time has come."""
    _demand_done(_bring_due())


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="renew_due", pass_context=False)
def renew_due(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes it
    """Let terms that renew by themselves be followed by the next ones."""
    _demand_done(_renew_due())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="follow_terminations", pass_context=False)
def follow_terminations(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes it
    """End what is still open to partners that are terminated."""
    while follow_all(by=Actor.system()):
        pass


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes it
    """Put back what a killed worker was doing."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="tidy", pass_context=False)
def tidy(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes it
    """Forget sessions and limits that have run out."""
    call_command("clearsessions")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < now()")


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="forget_jobs", pass_context=False)
async def forget_jobs(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes it
    """Forget jobs that ended a week ago, failed ones too: the log has them."""
    await app.job_manager.delete_old_jobs(
        nb_hours=24 * DAYS_OF_JOBS, include_failed=True, include_aborted=True
    )


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="anchor", pass_context=False)
def anchor(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes it
    """Sign the heads of what was recorded since the last time."""
    with seeing(Actor.system()):
        keys.published()
        anchors.take()


class Loop(Protocol):
    """Runs until told to stop, and looks at once when woken."""

    def wake(self) -> None: ...
    async def run(self, stop: asyncio.Event) -> None: ...


class Changes:
    """Completes what deliveries have settled at once, and every second applies what is due.

    Acknowledgements that the courier marked are told to it. What nobody told of (a waiver, another
    worker's acknowledgement) it finds every second, among what was settled since it looked last,
    and only once a minute among all that wait: when a required system is down, these are many.
    Terms end with a day, so that it looks for those that renew once a day, at its beginning; every
    hour the clock looks again.
    """

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._acknowledged: set[int] = set()
        self._looked_at: datetime | None = None
        self._all_at = -ALL_EVERY
        self._swept_at = -SWEEP
        self._renewed_on: date | None = None
        self._failed: list[str] = []
        self._due = asyncio.Event()
        self._database = DatabaseThread("changes")

    def wake(self) -> None:
        self._due.set()

    def settled(self, deliveries: Sequence[Claim]) -> None:
        """These deliveries were acknowledged."""
        agreements = {each.subject_id for each in deliveries if each.type == APPLIED}
        if agreements:
            self._acknowledged |= agreements
            self._due.set()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._due.clear()
            agreements, self._acknowledged = self._acknowledged, set()
            if await self._database.run(self._move_on, agreements):
                self._told()
            await asyncio.sleep(PAUSE)  # what comes meanwhile goes in one turn
            await heard(self._due, SWEEP - PAUSE)

    def _move_on(self, agreements: set[int]) -> int:
        """How many changes were completed."""
        completed = 0
        if agreements:
            completed = complete(by=Actor.system(), agreements=sorted(agreements))
        if time.monotonic() - self._swept_at >= SWEEP - PAUSE:
            self._swept_at = time.monotonic()
            completed += self._sweep()
        return completed

    def _sweep(self) -> int:
        """What follows from the time, and what nobody told of."""
        failed = _bring_due()
        if self._renewed_on != (today := clock.today()):
            failed += _renew_due()
            self._renewed_on = today
        self._log(failed)
        since, started = self._since(), _now()
        completed = 0
        while found := complete(by=Actor.system(), since=since):
            completed += found
        self._looked_at = started
        return completed

    def _log(self, failed: Sequence[Exception]) -> None:
        """Say what fails when it begins to; the clock's job fails with it every minute."""
        before, self._failed = self._failed, [said_of(error) for error in failed]
        for error in failed:
            if said_of(error) not in before:
                log.error("due_failed", error=said_of(error), exc_info=error)

    def _since(self) -> datetime | None:
        """From when on deliveries count; None for all, as at first."""
        if self._looked_at is None or time.monotonic() - self._all_at > ALL_EVERY:
            self._all_at = time.monotonic()
            return None
        return self._looked_at - UNDER_WAY


class Runs:
    """Carries runs on, a batch of each in turn, so that a long one does not hold up the others."""

    def __init__(self) -> None:
        self._due = asyncio.Event()
        self._database = DatabaseThread("runs")

    def wake(self) -> None:
        self._due.set()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._due.clear()
            numbers = await self._database.run(under_way)
            taken = [await self._one(number) for number in numbers if not stop.is_set()]
            if not any(taken):
                await asyncio.sleep(PAUSE)
                await heard(self._due, SWEEP - PAUSE)

    async def _one(self, number: str) -> bool:
        """Whether a batch was carried out; one that fails leaves the other runs alone."""
        try:
            return await self._database.run(carry_on, number, by=Actor.system())
        except LOST:
            raise
        except Exception:
            log.exception("run_failed", run=number)
            return False


def _now() -> datetime:
    """The database's time, which deliveries are marked with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast(datetime, cursor.fetchone()[0])


def _bring_due() -> list[Exception]:
    """All that the time brings but renewals; what failed, of whichever kind."""
    return [error for act, after in DUE for error in brought(act, after)]


def _renew_due() -> list[Exception]:
    return brought(renew, "worker.after_renew")


def _demand_done(failed: Sequence[Exception]) -> None:
    if failed:
        raise ExceptionGroup("not everything that is due could be done", failed)


def _loops() -> dict[str, Loop]:
    """Those of the worker, by their names; what one has done, the next is told of here."""

    def told() -> None:
        courier.wake()

    changes = Changes(told)
    courier = Courier(changes.settled)
    return {"courier": courier, "post": Post(addresses), "changes": changes, "runs": Runs()}


async def work(stop: asyncio.Event) -> None:
    """Everything the worker does, until `stop`; each loop is kept up on its own."""
    loops = _loops()

    def wake_all() -> None:
        for each in loops.values():
            each.wake()

    def wake_told() -> None:
        for name in WOKEN:
            loops[name].wake()

    async def listening(_stop: asyncio.Event) -> None:
        await wake.listen(wake_told)

    async def succeeding(_stop: asyncio.Event) -> None:
        await wake.succeed()

    await kept_up("succeed", succeeding, stop, once=True)
    alive = [
        asyncio.create_task(kept_up(name, loop.run, stop), name=name)
        for name, loop in loops.items()
    ]
    background = [
        asyncio.create_task(kept_up("listen", listening, stop), name="listen"),
        asyncio.create_task(kept_up("clock", run_clock, stop), name="clock"),
    ]
    await stop.wait()
    for task in background:
        task.cancel()
    wake_all()
    await _ended([*alive, *background])


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the loops to end, and end the process when one cannot: nothing is lost by that."""
    _done, pending = await asyncio.wait(tasks, timeout=3 * PATIENCE)
    if pending:
        log.warning("ended_without", loops=sorted(task.get_name() for task in pending))
        os._exit(0)


async def run_clock(_stop: asyncio.Event) -> None:
    """Procrastinate's worker, on connections of its own that are given up soon when lost."""
    connections = PsycopgConnector(
        kwargs=connector_params(),
        min_size=1,
        max_size=4,
        timeout=PATIENCE,
        reconnect_timeout=PATIENCE,
    )
    with app.replace_connector(connections) as clock:
        await _run(clock)


async def _run(clock: App) -> None:
    async with clock.open_async():
        await clock.run_worker_async(
            install_signal_handlers=False,
            concurrency=2,
            delete_jobs="successful",
            shutdown_graceful_timeout=PATIENCE,
        )
