"""The commands as they are: every one with its arguments and options."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from ofrecord.cli.main import app

Found = tuple[tuple[str, ...], Any]
"""The words that call a command, and the command."""


def every_command() -> Iterator[Found]:
    """Each command that does something."""
    yield from _under((), get_command(app))


def _under(words: tuple[str, ...], command: Any) -> Iterator[Found]:
    if not isinstance(command, TyperGroup):
        yield words, command
        return
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from _under((*words, name), command.get_command(context, name))
