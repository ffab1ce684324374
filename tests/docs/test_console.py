"""The console blocks of the pages are run as they are written, and answer as they say.

A page says in a comment on which book: `demo`, `example` (the book of docs/examples) or `empty`.
In what a page shows, … stands for anything, and numbers of changes for those of the run.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import Copy
from tests.docs.pages import ROOT, Page, every_page, steps

pytestmark = pytest.mark.slow

PAGES = [page for page in every_page() if page.world]
NUMBER = re.compile(r"PC-[0-9A-Z]{8}")
DEMO = """
from ofrecord.cli import ready
ready.make_ready()
from ofrecord.cli.demo import load
load.load(lambda *_: None)
"""

Shell = Callable[[str], str]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A directory that looks like a checkout to whoever types `bin/ofrecord`."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "home" / "demo").mkdir(parents=True)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "demo.py").write_text(DEMO)
    command = tmp_path / "bin" / "ofrecord"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ofrecord "$@"\n')
    command.chmod(0o755)
    return tmp_path


@pytest.fixture
def shell(fresh_database: Copy, checkout: Path) -> Shell:
    """Run a command line there; what it writes, on both streams."""
    home = str(checkout / "home")
    env = {**fresh_database.env, "OFRECORD_HOME": home, "COLUMNS": "160"}

    def run(line: str) -> str:
        command = ["sh", "-c", f"exec 2>&1\n{line}"]
        done = subprocess.run(command, cwd=checkout, env=env, text=True, stdout=subprocess.PIPE)
        assert done.returncode == 0, f"{line}\n{done.stdout}"
        return done.stdout

    return run


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_console_answers_as_the_page_says(page: Page, shell: Shell) -> None:
    prepare(page.world, shell)
    numbers: dict[str, str] = {}
    for line, shown in (step for block in page.blocks("console") for step in steps(block)):
        said = [squeezed(each) for each in shell(with_numbers(line, numbers)).splitlines()]
        for expected in filter(None, map(squeezed, shown)):
            found = first_match(expected, said, numbers)
            assert found is not None, "\n".join((line, "answered", *said, "and not", expected))
            numbers.update(found)


def prepare(world: str | None, shell: Shell) -> None:
    """Load the book that the page speaks of."""
    if world == "demo":
        shell(f"{sys.executable} demo.py")
    elif world == "example":
        shell("bin/ofrecord import docs/examples/book")


def with_numbers(text: str, numbers: dict[str, str]) -> str:
    """The line with the numbers of this run."""
    return NUMBER.sub(lambda found: numbers.get(found[0], found[0]), text)


def first_match(expected: str, said: list[str], numbers: dict[str, str]) -> dict[str, str] | None:
    """The numbers learned from the line that is as the page shows it; None when there is none."""
    new = [number for number in NUMBER.findall(expected) if number not in numbers]
    pattern = re.escape(with_numbers(expected, numbers)).replace("…", ".*")
    for number in new:
        pattern = pattern.replace(re.escape(number), f"({NUMBER.pattern})")
    matches = filter(None, (re.fullmatch(pattern, each) for each in said))
    return next((dict(zip(new, match.groups(), strict=True)) for match in matches), None)


def squeezed(text: str) -> str:
    """Words with single blanks between them: the width of a table says nothing."""
    return " ".join(text.split())
