"""What the pages lead to and speak of is there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from ofrecord.cli.environment import SETTINGS
from tests.docs.commands import every_command
from tests.docs.pages import ROOT, Page, every_page

PAGES = every_page()
COMMANDS = dict(every_command())
OF_THE_TESTS = {"OFRECORD_CHROMIUM", "OFRECORD_TEST_SERVER_URL"}
GLOBAL = {"--help", "--install-completion", "--show-completion"}


def named(page: Page) -> str:
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Page) -> None:
    for link in page.links():
        address, _, anchor = link.partition("#")
        target = (page.path.parent / address).resolve() if address else page.path
        assert target.exists(), link
        if anchor:
            assert anchor in Page(target).anchors(), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_is_one_with_these_options(page: Page) -> None:
    for line in page.commands():
        words = shlex.split(line, comments=True)
        if options(words) - GLOBAL or not words[0].startswith("-"):
            command = called(words)
            assert command is not None, line
            assert options(words) <= named_options(command) | GLOBAL, line


def named_options(command: Any) -> set[str]:
    """Every option of a command, with what turns one off."""
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)}


def called(words: list[str]) -> Any:
    return next(
        (COMMANDS[key] for key in (tuple(words[:1]), tuple(words[:2])) if key in COMMANDS), None
    )


def options(words: list[str]) -> set[str]:
    return {word.partition("=")[0] for word in words if word.startswith("--") and word != "--"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_setting_exists(page: Page) -> None:
    known = {setting.name for setting in SETTINGS} | OF_THE_TESTS
    assert set(re.findall(r"\bOFRECORD_[A-Z_]+[A-Z]\b", page.text)) <= known


def test_every_page_is_reached_from_the_first() -> None:
    found, open_ones = set[Path](), [ROOT / "README.md"]
    while open_ones:
        path = open_ones.pop()
        if path not in found and path.suffix == ".md":
            found.add(path)
            links = (link.partition("#")[0] for link in Page(path).links())
            open_ones += [(path.parent / link).resolve() for link in links if link]
    assert {page.path for page in PAGES} - found == set()


def test_every_picture_is_shown_and_they_are_small() -> None:
    pictures = set((ROOT / "docs" / "images").iterdir())
    shown = {(page.path.parent / link).resolve() for page in PAGES for link in page.links()}
    assert pictures <= shown
    assert sum(picture.stat().st_size for picture in pictures) < 3_000_000
