"""The console blocks of the pages are run as they are written, and answer as they say.

A page says in a comment on which book: `demo`, `example` (the book of docs/examples) or `empty`.
In what a page shows, … stands for anything, and numbers of changes, codes and ids for those of
the run.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from ofrecord.cli.demo.place import any_free_port
from tests.databases import Copy
from tests.docs.pages import ROOT, Page, every_page, steps

pytestmark = pytest.mark.slow

PAGES = [page for page in every_page() if page.world]
NUMBER = re.compile(
    r"(?:PC|RUN)-[0-9A-Z]{8}"
    r"|[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}-[0-9A-Z]"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
DEMO = """
from ofrecord.cli import ready
ready.make_ready()
from ofrecord.cli.demo import load
load.load(lambda *_: None)
"""

SERVED = "http://127.0.0.1:8000"
END = "what follows is another command"


@dataclass
class Terminal:
    """A shell in a checkout, in which lines are typed one after the other."""

    shell: "subprocess.Popen[str]"
    url: str

    def type(self, line: str) -> list[str]:
        """What the command line writes, on both streams; it has to end well."""
        assert self.shell.stdin
        assert self.shell.stdout
        line = line.replace(SERVED, self.url)
        self.shell.stdin.write(f"{{ {line}\n}} </dev/null\necho {END} $?\n")
        self.shell.stdin.flush()
        said: list[str] = []
        for each in self.shell.stdout:
            if each.startswith(END):
                assert each.split()[-1] == "0", "\n".join((line, *said))
                return said
            said.append(squeezed(each.replace(self.url, SERVED)))
        raise AssertionError(f"{line} ended the shell")


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
def terminal(fresh_database: Copy, checkout: Path) -> Iterator[Terminal]:
    url = f"http://127.0.0.1:{any_free_port()}"
    env = {
        **fresh_database.env,
        "OFRECORD_HOME": str(checkout / "home"),
        "OFRECORD_BASE_URL": url,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "160",
    }
    with subprocess.Popen(
        ["sh"],
        cwd=checkout,
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as shell:
        yield Terminal(shell, url)
        shell.communicate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_console_answers_as_the_page_says(page: Page, terminal: Terminal) -> None:
    numbers: dict[str, str] = {}
    with prepared(page.world, terminal):
        for line, shown in (step for block in page.blocks("console") for step in steps(block)):
            said = terminal.type(with_numbers(line, numbers))
            for expected in filter(None, map(squeezed, shown)):
                found = first_match(expected, said, numbers)
                assert found is not None, "\n".join((line, "answered", *said, "and not", expected))
                numbers.update(found)


@contextmanager
def prepared(world: list[str], terminal: Terminal) -> Iterator[None]:
    """What the page begins with: its book, and a server where it speaks of one."""
    if "demo" in world:
        terminal.type("python demo.py")
    elif "example" in world:
        terminal.type("bin/ofrecord import docs/examples/book")
    if "served" in world:
        port = terminal.url.rpartition(":")[2]
        terminal.type(f"bin/ofrecord serve --workers 1 --port {port} >served.log 2>&1 & server=$!")
        wait_for(f"{terminal.url}/readyz")
    yield
    if "served" in world:
        terminal.type("kill $server; wait $server || true")


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while not answers(url):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


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
