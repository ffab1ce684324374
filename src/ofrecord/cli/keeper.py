"""Runs the embedded server while it has users, starts it again should it die, and then stops it."""

import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from ofrecord.cli import cluster

_PAUSE = 0.2
_TRIES = 20


def keep(home: Path, sockets: Path, alive: int) -> None:
    """`alive` is the open file whose lock tells that a keeper runs.

    It is let go before the users' lock, so that whoever was waiting to become a user finds no
    keeper and starts its own.
    """
    with (home / "users.lock").open("w") as users:
        try:
            _keep_while_used(home, sockets, users)
        finally:
            if process := cluster.running(home):
                cluster.stop(process)
            os.close(alive)


def _keep_while_used(home: Path, sockets: Path, users: IO[str]) -> None:
    child, failures = None, 0
    while not _unused(users):
        if child is not None and child.poll() is not None:
            child, failures = None, failures + 1
        if child is None and cluster.running(home) is None:
            if failures > _TRIES:
                raise SystemExit("The server ended too often; giving up.")
            child = cluster.start(home, sockets, _extra(home))
        time.sleep(_PAUSE)


def _unused(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _extra(home: Path) -> dict[str, str]:
    """Server options of this home beyond the usual ones: `{"fsync": "off"}` for tests."""
    chosen = home / "postgres.json"
    return dict(json.loads(chosen.read_text())) if chosen.exists() else {}


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, _leave)
    keep(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
