"""The reference pages are what the code says. `bin/reference` writes them anew."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from ofrecord.cli.environment import SETTINGS
from ofrecord.rules.rule import CODES
from ofrecord.rules.words import WHEN
from tests.databases import Copy
from tests.docs import acts, source
from tests.docs.reference import (
    api,
    cli,
    decisions,
    events,
    feeds,
    lifecycle,
    refusals,
    rules,
    settings,
    verify,
)

PAGES = Path(__file__).resolve().parents[2] / "docs" / "reference"
RENDERED: dict[str, Callable[[], str]] = {
    "rules": rules.render,
    "lifecycle": lifecycle.render,
    "refusals": refusals.render,
    "settings": settings.render,
    "api": api.render,
    "cli": cli.render,
    "feeds": feeds.render,
    "verify": verify.render,
    "../decisions/README": decisions.render,
}


def matches(name: str, text: str) -> bool:
    """Whether the page is as it should be; it is written first where that was asked for."""
    path = PAGES / f"{name}.md"
    if os.environ.get("OFRECORD_WRITE_REFERENCE"):
        path.write_text(text)
    return path.exists() and path.read_text() == text


@pytest.fixture
def examples(fresh_database: Copy, tmp_path: Path, settings: Settings) -> dict[str, dict[str, Any]]:
    return acts.done(tmp_path, settings)


@pytest.mark.parametrize("name", RENDERED)
def test_a_page_says_what_the_code_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        if setting.name in os.environ:
            monkeypatch.delenv(setting.name)
    assert matches(name, RENDERED[name]()), "run bin/reference"


def test_every_module_that_refuses_has_its_refusals_on_the_page() -> None:
    assert refusals.givers() == set(refusals.ABOUT)


def test_the_page_of_events_shows_what_really_was_recorded(
    examples: dict[str, dict[str, Any]],
) -> None:
    assert matches("events", events.render(examples)), "run bin/reference"


def test_every_type_of_event_in_the_code_is_documented_and_was_recorded(
    examples: dict[str, dict[str, Any]],
) -> None:
    told = "tell of it in reference/events.py, and do it in acts.py"
    assert source.event_types() == set(events.WHEN), told
    assert set(examples) == set(events.WHEN), told


def test_streams_of_the_page_are_those_of_the_events(examples: dict[str, dict[str, Any]]) -> None:
    assert {each["stream"] for each in examples.values()} == set(events.STREAMS)


def test_every_rule_is_told_in_words() -> None:
    assert tuple(WHEN) == CODES
