"""How a command ends that was refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from ofrecord.changes.refusals import NotFound, Refused
from ofrecord.cli import output


@contextmanager
def refusals_told(as_json: bool = False, **otherwise: Any) -> Iterator[None]:
    """What is not found is exit 4; what is refused is exit 3, and told.

    With `as_json` the answer is what it would be `otherwise`, with the refusals.
    """
    try:
        yield
    except NotFound as missing:
        typer.echo(_said(missing), err=True)
        raise typer.Exit(output.NOT_FOUND) from missing
    except Refused as refused:
        if as_json:
            verdicts = [verdict.as_data() for verdict in refused.verdicts]
            output.write_json({**otherwise, "refusals": verdicts})
        else:
            typer.echo(_said(refused), err=True)
        raise typer.Exit(output.REFUSED) from refused


def _said(refused: Refused) -> str:
    """The reasons, each with what can be done."""
    said = (f"{each.reason} {each.remedy.text}".strip() for each in refused.verdicts)
    return " ".join(said)
