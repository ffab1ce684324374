"""`ofrecord anchor`: signatures over the heads of all streams, and a copy of them elsewhere."""

from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.journal import anchors
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Anchor the journal, and keep the anchors."
)


@app.command()
def take(as_json: Json = False) -> None:
    """Anchor what was recorded since the last anchor, now; the worker does so by itself."""
    make_ready()
    with seeing(operator()):
        anchor = anchors.take(timedelta())
    told = anchor.as_data() if anchor else None
    words = _("Anchor %(number)s: %(sha256)s") % told if told else _("Nothing to anchor.")
    output.answer({"anchor": told}, as_json, lambda _told: words)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write them.")],
) -> None:
    """Write all anchors to a file, a signed document a line, to be kept somewhere else."""
    make_ready()
    with seeing(operator()), file.open("wb") as lines:
        lines.writelines(anchor.body + b"\n" for anchor in anchors.every())


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What export wrote earlier.")],
    as_json: Json = False,
) -> None:
    """Check that the anchors of a file are still those of this installation.

    Whoever rewrites the journal and its anchors does not reach the copy. Exit 1: they are not.
    """
    make_ready()
    try:
        kept = file.read_bytes().splitlines()
    except OSError as error:
        raise typer.BadParameter(_("%(file)s cannot be read.") % {"file": file}) from error
    with seeing(operator()):
        here = [anchor.body for anchor in anchors.every()][: len(kept)]
    other = [n for n, pair in enumerate(zip_longest(kept, here), 1) if pair[0] != pair[1]]
    words = (
        _("Anchor %(number)s is not the one that was kept.") % {"number": other[0]}
        if other
        else _("All %(n)s anchors are as they were kept.") % {"n": len(kept)}
    )
    output.answer({"ok": not other, "anchors": len(kept), "other": other}, as_json, lambda _: words)
    if other:
        raise typer.Exit(output.FAILED)
