"""The real server and the real worker, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

import httpx

PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """A server and a worker on one database; each may be killed at any moment."""

    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None
    last_words: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, **given: str) -> None:
        """Start the server; it answers by the time that this returns."""
        words = ["serve", "--port", str(self.port), "--workers", "1", "--threads", "4"]
        self.server = self._start(words, **given)
        until(self.answers)

    def work(self, **given: str) -> None:
        self.worker = self._start(["worker"], **given)

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        return False

    def died_at(self, point: str) -> bool:
        """Whether what was started with this failpoint came past it."""
        said = os.pread(self.last_words.fileno(), 2**16, 0)
        return f"Killed at {point}.".encode() in said

    def kill_server(self) -> None:
        """All of it at once, as when the machine loses its power: its workers end with it."""
        assert self.server
        self.server.kill()
        self.server.wait()
        until(lambda: not self._listens(), what="for the port")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill_worker(self) -> None:
        assert self.worker
        self.worker.kill()
        self.worker.wait()

    def end(self) -> None:
        for process in (self.server, self.worker):
            if process and process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in (self.server, self.worker):
            if process:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.last_words.close()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command on the same database, to its end."""
        command = [sys.executable, "-m", "ofrecord", *words]
        return subprocess.run(command, env=self._environment(), capture_output=True, text=True)

    def verified(self) -> None:
        """Nothing that must always be true is violated."""
        ran = self.run("verify")
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def _start(self, words: list[str], **given: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ofrecord", *words]
        return subprocess.Popen(
            command,
            env={**self._environment(), **given},
            stdin=subprocess.DEVNULL,
            stderr=self.last_words if "OFRECORD_FAILPOINT" in given else None,
        )

    def _environment(self) -> dict[str, str]:
        quiet = {"OFRECORD_LOG_LEVEL": "ERROR", "OFRECORD_PRIVATE_ENDPOINTS": "true"}
        return {**self.environment, **quiet, "OFRECORD_BASE_URL": self.url}


def until(met: Callable[[], object], patience: float = PATIENCE, what: str = "") -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + patience
    while not met():
        assert time.monotonic() < deadline, f"waited in vain {what}"
        time.sleep(0.05)


def own_environment(home: str) -> dict[str, str]:
    """That of an installation with an embedded database of its own."""
    kept = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    return {**kept, "OFRECORD_HOME": home}
