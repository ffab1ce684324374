"""Waking the worker after a commit, and hearing that.

A NOTIFY inside the change's own transaction halves the rate of changes, so it is sent by another
connection afterwards: at once for the first, and then for all that come in a moment together. It is
a courtesy: the worker's sweep finds every second what nobody told of.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import structlog
from django.db import connection

CHANNEL = "ofrecord_due"
COALESCE = 0.05
REST_AFTER_FAILURE = 1.0
WORKERS = 0x0F_DE11_4E12
log = structlog.get_logger(__name__)

_lock = threading.Lock()
_due = threading.Event()
_process = 0
_target: dict[str, Any] = {}


def wake() -> None:
    """Have the worker look now. Call it after the commit; it costs nothing and never fails."""
    global _process, _target
    _target = parameters()
    _due.set()
    if _process != os.getpid():
        with _lock:
            if _process != os.getpid():
                _process = os.getpid()
                threading.Thread(target=_notify, name="wake", daemon=True).start()


def parameters() -> dict[str, Any]:
    """How to connect to Django's database with a connection of one's own."""
    known = connection.get_connection_params()
    return {key: value for key, value in known.items() if key not in ("cursor_factory", "context")}


def _notify() -> None:
    """For as long as the process lives: tell the worker, once for all that came meanwhile."""
    while _due.wait():
        target = _target
        try:
            with closing(psycopg.connect(**target, autocommit=True)) as direct:
                _notify_through(direct, target)
        except psycopg.Error as error:
            log.info("wake_failed", error=str(error))
            time.sleep(REST_AFTER_FAILURE)


def _notify_through(direct: psycopg.Connection[Any], target: dict[str, Any]) -> None:
    """The same, for as long as the database is this one."""
    while _due.wait() and target == _target:
        _due.clear()
        direct.execute(f"NOTIFY {CHANNEL}")
        time.sleep(COALESCE)


async def succeed() -> None:
    """Take over what workers that died had claimed, unless another worker is alive."""
    async with await _connect() as direct:
        alone = await direct.execute("SELECT pg_try_advisory_lock(%s)", [WORKERS])
        if (await alone.fetchone() or [False])[0]:
            async with direct.transaction():
                await direct.execute("SELECT set_config('ofrecord.scope', 'system', true)")
                for table in ("delivery", "letter"):
                    await direct.execute(
                        f"UPDATE {table} SET claimed_until = NULL"
                        " WHERE state = 'waiting' AND claimed_until IS NOT NULL"
                    )


async def listen(on_wake: Callable[[], None]) -> None:
    """Call `on_wake` at every wake-up, until the connection ends.

    While it lasts it also says to other workers that this one is alive.
    """
    async with await _connect() as direct:
        await direct.execute("SELECT pg_advisory_lock_shared(%s)", [WORKERS])
        await direct.execute(f"LISTEN {CHANNEL}")
        on_wake()
        while True:
            async for _notification in direct.notifies(timeout=10):
                on_wake()
            await direct.execute("SELECT 1")


async def _connect() -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(**parameters(), autocommit=True)
