"""Commands in processes of their own, each with a home of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def own_home() -> Iterator[Path]:
    """An empty home with a short path, as sockets need it."""
    with TemporaryDirectory(prefix="ofrecord-", ignore_cleanup_errors=True) as home:
        yield Path(home) / "home"


@pytest.fixture
def environment(own_home: Path) -> dict[str, str]:
    """What a new user's shell has: nothing of ours but where the home is."""
    kept = ("PATH", "PYTHONPATH", "HOME", "LANG")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "OFRECORD_HOME": str(own_home),
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run the command with these arguments and these settings."""

    def command(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ofrecord", *words],
            env={**environment, **given},
            capture_output=True,
            text=True,
        )

    return command
