"""Systems that call the API, for one test."""

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.api.systems import Systems
    from tests.cast import Cast


@pytest.fixture
def systems(cast: "Cast") -> "Systems":
    """One of each kind; what they do is rolled back."""
    from tests.api.systems import Systems

    return Systems.enter(cast)


@pytest.fixture
def fresh_systems(fresh_cast: "Cast") -> "Systems":
    """The same in a database of the test's own, where commits are real."""
    from tests.api.systems import Systems

    return Systems.enter(fresh_cast)


@pytest.fixture
def type_in(db: None) -> Any:
    """Run a command of the terminal."""
    from typer.testing import CliRunner

    from ofrecord.cli.main import app

    def run(*words: str) -> Any:
        result = CliRunner().invoke(app, words, prog_name="ofrecord")
        return json.loads(result.stdout)

    return run
