"""The processes that the demo starts, keeps up, and ends with itself."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

_PATIENCE = 10.0
_CALM = 30.0
_LONGEST_REST = 30.0


@dataclass
class Child:
    """One process: how it is started, and where what it says is kept."""

    name: str
    module: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    rest_until: float = 0.0

    def start(self) -> None:
        tied = ["-m", "ofrecord.cli.demo.tied", str(os.getpid()), sys.executable]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *tied, "-m", *self.module],
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    @property
    def ended(self) -> int | None:
        """How it ended; None while it runs."""
        return self.process.poll() if self.process else None

    def last_words(self, lines: int = 8) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def signal(self, number: int) -> None:
        """Signal the process and whatever it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Family:
    """All of them. Leaving the context ends them, the last one started first."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._stop()

    def add(self, child: Child) -> Child:
        self._children.append(child)
        child.start()
        return child

    def keep_up(self) -> None:
        """Start again whoever ended; longer rests for those that keep ending."""
        for child in self._children:
            if child.ended is None:
                continue
            if not child.rest_until:
                self._mourn(child)
            if time.monotonic() >= child.rest_until:
                child.rest_until = 0.0
                child.start()

    def _mourn(self, child: Child) -> None:
        calm = time.monotonic() - child.started_at > _CALM
        child.failures = 1 if calm else child.failures + 1
        rest = min(2.0 ** (child.failures - 1) / 2, _LONGEST_REST)
        child.rest_until = time.monotonic() + rest
        words = _("%(name)s ended (%(status)s) and is started again. Its log: %(log)s")
        self._say(words % {"name": child.name, "status": child.ended, "log": child.log})

    def _stop(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        for child in reversed(self._children):
            child.signal(signal.SIGTERM)
        for child in reversed(self._children):
            if child.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, deadline - time.monotonic()))
        for child in self._children:
            child.signal(signal.SIGKILL)
            if child.process:
                child.process.wait()
