"""What commands write: tables for people, JSON for programs, and how they end."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

FAILED, BAD_USAGE, REFUSED, NOT_FOUND = 1, 2, 3, 4
"""What commands exit with, besides 0."""

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing."""

_WIDE = 160


def screen(*, err: bool = False) -> Console:
    """The terminal. What is written there is never markup: names may hold brackets."""
    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(stderr=err, width=width, markup=False, highlight=False, emoji=False)


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """One bar for each step of long work, on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = screen(err=True)
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def advance(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=None)
            bars.update(tasks[what], completed=done, total=total or None)

        yield advance


def answer(data: Any, as_json: bool, drawn: Callable[[Any], RenderableType]) -> None:
    """Write the answer for a program, or drawn for a person."""
    if as_json:
        write_json(data)
    else:
        shape = drawn(data)
        screen().print(harmless(shape) if isinstance(shape, str) else shape)


def write_json(data: Any) -> None:
    """The one line that standard output carries with --json."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, default=_plain) + "\n")
    sys.stdout.flush()


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> Table:
    """Rows under headings; None shows as nothing."""
    made = Table(title=title or None, title_justify="left", header_style="bold", box=None)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*(shown(value) for value in row))
    return made


def facts(pairs: Iterable[tuple[str, Any]]) -> Table:
    """Two columns: what it is, and its value."""
    made = Table(box=None, show_header=False)
    made.add_column(style="bold")
    made.add_column(overflow="fold")
    for name, value in pairs:
        made.add_row(name, shown(value))
    return made


def shown(value: Any) -> str:
    """A value as a person reads it: instants in the vendor's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return harmless(str(value))


def harmless(text: str) -> str:
    """Text in which nothing steers a terminal: names may hold whatever somebody put there."""
    return STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
