"""A real worker process, and facts for it to tell of."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Delivery
from ofrecord.journal.record import By, Fact, record

KILLED = -signal.SIGKILL


class Worker:
    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ofrecord", "worker"],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
        )

    def stop(self, number: int = signal.SIGTERM, patience: float = 15) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(patience)

    def dies(self, patience: float = 20) -> int:
        return self.process.wait(patience)


@contextmanager
def worker(**environment: str) -> Iterator[Worker]:
    running = Worker(**environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def happen(subject: int, count: int = 1, kind: str = "partner_change.applied") -> list[UUID]:
    """Facts about one subject, committed one by one."""
    ids = []
    for _ in range(count):
        fact = Fact(subject, kind, f"agreement-{subject}", {"note": "ünïcode ✓"})
        with as_system():
            record("agreement", [fact], By())
        ids.append(fact.id)
    return ids


def until(met: Callable[[], object], patience: float = 20) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + patience
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def states() -> dict[str, int]:
    """How many deliveries are in each state."""
    with as_system():
        found = list(Delivery.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}
