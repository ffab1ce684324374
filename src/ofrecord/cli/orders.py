"""`ofrecord order`: book what a vendor's own system has sold, from a file."""

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Group, RenderableType

from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.feeds.orders import FeedError, Outcome, Report, book_file

app = typer.Typer(no_args_is_help=True, help="Orders that the vendor's own system has booked.")

_SHOWN = 20
_STATES = ("booked", "known", "refused")


@app.callback()
def _orders() -> None:
    """Orders that the vendor's own system has booked."""


@app.command()
def book(
    file: Annotated[Path, typer.Argument(exists=True, help="A CSV file of transactions.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Book them all, and take it back.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Book transactions, each once for its number, with the effect of an accepted quote.

    Each is judged singly. Exit 0: all are booked, now or before; 3: some were refused, and leave
    nothing; 2: bad usage.
    """
    make_ready()
    with output.bars() as advance:
        try:
            report = book_file(file, by=operator(), dry_run=dry_run, progress=advance)
        except FeedError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(output.BAD_USAGE) from error
    output.answer(_said(report), as_json, lambda _data: _drawn(report))
    if report.count("refused"):
        raise typer.Exit(output.REFUSED)


def _said(report: Report) -> dict[str, Any]:
    counts = {state: report.count(state) for state in _STATES}
    transactions = [_outcome(each) for each in report.outcomes]
    return {
        "rows": report.rows,
        **counts,
        "applied": report.applied,
        "transactions": transactions,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    names = ("line", "transaction", "state", "order", "agreements", "changes")
    said = {name: getattr(outcome, name) for name in names}
    return {**said, "refusals": [vars(each) for each in outcome.refusals]}


def _drawn(report: Report) -> RenderableType:
    headings = (_("Transactions"), _("Booked"), _("Known"), _("Refused"))
    counts = (len(report.outcomes), *(report.count(state) for state in _STATES))
    parts: list[RenderableType] = [output.table(headings, [counts])]
    if not report.applied:
        parts += ["", _("This was a dry run: nothing was booked.")]
    if report.count("refused"):
        parts += ["", _refused(report)]
    return Group(*parts)


def _refused(report: Report) -> RenderableType:
    headings = (_("Transaction"), _("Line"), _("Column"), _("Reason"))
    rows = [
        (each.transaction, fault.line, fault.column, fault.reason)
        for each in report.outcomes
        for fault in each.refusals
    ]
    return output.table(headings, rows[:_SHOWN], title=_("The first that were refused"))
