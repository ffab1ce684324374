"""The server, as a process of its own on this test's database."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.databases import Copy


@contextmanager
def server(database: Copy, **settings: str) -> Iterator[str]:
    """Serve on a free port; the address, by the time that it answers."""
    url = f"http://127.0.0.1:{_free_port()}"
    words = ["serve", "--port", url.rpartition(":")[2], "--workers", "1"]
    quiet = {"OFRECORD_LOG_LEVEL": "ERROR", "OFRECORD_API_CALLS_PER_MINUTE": "1000000"}
    env = {**database.env, "OFRECORD_BASE_URL": url, **quiet, **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "ofrecord", *words], env=env, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def program(name: str) -> str:
    """A program of the environment that the tests run in."""
    return str(Path(sys.executable).parent / name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server did not start"
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
