"""`ofrecord import`: a vendor's own book, from a directory of feeds."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Group, RenderableType

from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.feeds.load import FeedError, Report
from ofrecord.feeds.load import import_book as load_book

_SHOWN = 20


def import_book(
    directory: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="Where the CSV files are.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge only; change nothing.")] = False,
    accept_good: Annotated[
        bool, typer.Option("--accept-good", help="Apply the good rows although some are refused.")
    ] = False,
    refused: Annotated[
        Path | None,
        typer.Option(
            metavar="DIRECTORY",
            file_okay=False,
            help="Write refused rows there, with their reasons, in files of the same shape.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Import accounts, partners, people, agreements, subscriptions and partners of record.

    Exit 0: applied, or nothing to do; 3: rows were refused; 2: bad usage.
    """
    make_ready()
    with output.bars() as advance:
        try:
            report = load_book(
                directory,
                by=operator(),
                dry_run=dry_run,
                accept_good=accept_good,
                refused_directory=refused,
                progress=advance,
            )
        except FeedError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(output.BAD_USAGE) from error
    if as_json:
        output.write_json(report.as_json())
    else:
        output.screen().print(_drawn(report, dry_run=dry_run))
    if report.refused:
        raise typer.Exit(output.REFUSED)


def _drawn(report: Report, *, dry_run: bool) -> RenderableType:
    headings = (_("File"), _("Read"), _("New"), _("Changed"), _("Unchanged"), _("Refused"))
    rows = [
        (file.name, file.read, file.new, file.changed, file.unchanged, file.refused)
        for file in report.files
    ]
    parts: list[RenderableType] = [output.table(headings, rows), "", _outcome(report, dry_run)]
    if report.refusals:
        parts += ["", _refusals(report)]
    return Group(*parts)


def _outcome(report: Report, dry_run: bool) -> str:
    if dry_run:
        return _("This was a dry run: nothing was applied.")
    if report.applied:
        return _("Applied.")
    return _("Nothing was applied, because rows were refused.")


def _refusals(report: Report) -> RenderableType:
    headings = (_("File"), _("Line"), _("Column"), _("Reason"))
    first = report.refusals[:_SHOWN]
    rows = [(each.file, each.line, each.column, each.reason) for each in first]
    return output.table(headings, rows, title=_("The first refused rows"))
