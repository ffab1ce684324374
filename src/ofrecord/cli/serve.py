"""`ofrecord serve`: the web server."""

import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ofrecord.cli import serving
from ofrecord.cli.parent import end_with
from ofrecord.cli.ready import make_ready
from ofrecord.delivery import failpoints

CONNECTIONS = 64
"""Of all processes of a server together; the rest is for the worker, and for people."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Processes; 0: one per core.")] = 0,
    threads: Annotated[
        int, typer.Option(help="Requests a process answers at once; 0: 16, and 64 in all at most.")
    ] = 0,
) -> None:
    """Serve the portal, the partner desk and the console until interrupted."""
    serving.by_default()
    make_ready()
    failpoints.check()
    call_command("check", stdout=sys.stderr)
    _let_go()
    workers = workers or os.cpu_count() or 1
    server = Granian(
        "ofrecord.wsgi",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads or threads_of(workers),
        backlog=2048,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=settings.LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.serve(target_loader=partial(load, os.getpid()))


def threads_of(workers: int) -> int:
    """Requests that each of so many processes answers at once, where nobody says it.

    Single submits that come at once share what they cost (`api/together.py`), so more is better.
    But each may hold a connection, and PostgreSQL has a hundred unless it is told otherwise.
    """
    return max(1, min(16, CONNECTIONS // workers))


def _let_go() -> None:
    """Close what this process has open: its workers are forks, and open their own."""
    for each in cast(list[Any], connections.all(initialized_only=True)):
        each.close()
        each.close_pool()


def load(server: int, target: str) -> Callable[..., Any]:
    """What a worker runs. It must not outlive its server, or it would keep the port."""
    _tie_to(server)
    application: Callable[..., Any] = import_module(target).application
    _collect_seldom()
    return application


def _collect_seldom() -> None:
    """Look for garbage among what requests leave only, and not so often.

    A large act makes much that is in use, which would be looked through again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _tie_to(server: int) -> None:
    """Let this worker end when its server does, however that ends.

    On Linux the kernel sees to it in the same moment, so that a server that is started next never
    shares its port with a worker of the last. Elsewhere it takes half a second. A server that was
    killed while it started this worker is gone by now.
    """
    if not end_with(server):
        os._exit(1)
    threading.Thread(target=_watch, args=[server], daemon=True).start()


def _watch(server: int) -> None:
    while os.getppid() == server:
        time.sleep(0.5)
    os._exit(1)
