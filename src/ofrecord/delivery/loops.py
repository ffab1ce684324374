"""What the worker's loops have in common: a thread for the database, and being kept up."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import psycopg
import structlog
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

SWEEP = 1.0
SLOWEST_RETRY = 5.0
LOST = (OperationalError, InterfaceError, psycopg.OperationalError)
P = ParamSpec("P")
T = TypeVar("T")
log = structlog.get_logger(__name__)


class DatabaseThread:
    """One thread with one connection of its own, for the short transactions of a loop."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` there; after a lost connection the next call opens a new one."""

        def done() -> T:
            try:
                return work(*args, **kwargs)
            except LOST:
                connection.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, done)

    async def close(self) -> None:
        await self.run(_close)
        self._thread.shutdown()


def _close() -> None:
    """The connection of the thread that this runs in."""
    connection.close()


async def kept_up(
    name: str,
    run: Callable[[asyncio.Event], Awaitable[None]],
    stop: asyncio.Event,
    *,
    once: bool = False,
) -> None:
    """Run a loop until `stop`; when it ends or fails (PostgreSQL restarts), again after a pause.

    With `once` it is over when it has ended without failing.
    """
    pause = 0.1
    while not stop.is_set():
        started = time.monotonic()
        try:
            await run(stop)
            if once:
                return
        except (Exception, asyncio.CancelledError) as error:
            if _is_being_cancelled():
                raise
            trace = None if isinstance(error, LOST) else error
            log.warning("loop_failed", loop=name, error=str(error), exc_info=trace)
        pause = 0.1 if time.monotonic() - started > 30 else min(pause * 2, SLOWEST_RETRY)
        await heard(stop, pause)


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def heard(signal: asyncio.Event, seconds: float) -> bool:
    """Wait for the signal, but no longer; whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await signal.wait()
    except TimeoutError:
        return False
    return True
