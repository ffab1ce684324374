"""Commands as they are typed, in this process, on this test's own data."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from ofrecord.cli.main import app


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which carries one line of JSON and nothing else."""
        (line,) = self.out.splitlines()
        return json.loads(line)


Type = Callable[..., Ended]


@pytest.fixture
def type_in(db: None) -> Type:
    """Run a command of the terminal; `typed` is what its standard input carries."""

    def run(*words: object, typed: str = "") -> Ended:
        result = CliRunner().invoke(
            app, [str(word) for word in words], input=typed, prog_name="ofrecord"
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    return run
