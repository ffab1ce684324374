"""`ofrecord agreement`: what an agreement is, and who was partner of record when."""

from datetime import datetime
from typing import Annotated

import typer

from ofrecord.agreements.history import partners_of_record
from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.check import check
from ofrecord.changes.models import PartnerChange
from ofrecord.cli import answers, output, tables
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json, instant
from ofrecord.cli.ready import make_ready
from ofrecord.journal import clock
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Look agreements up, now and as of any date."
)


@app.callback()
def _group() -> None:
    """Keeps `show` a word of its own while it is the only one."""


@app.command()
def show(
    ref: Annotated[str, typer.Argument(help="A contract number or subscription ID.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(
            parser=instant,
            metavar="DATE",
            help="Who was partner of record at the end of that day, or at an instant with offset.",
        ),
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(parser=instant, metavar="DATE", help="As the system knew it then; else now."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show an agreement, its partners of record, and whether they can be changed.

    Exit 4: not found.
    """
    make_ready()
    actor, at = operator(), as_of or clock.business_now()
    with seeing(actor):
        checks = check([ref.strip()], by=actor, judge_person=False)
        if not checks:
            typer.echo(refusals.not_found(ref).reason, err=True)
            raise typer.Exit(output.NOT_FOUND)
        people = ("account", "contract_manager")
        agreement = Agreement.objects.select_related(*people).get(pk=checks[0].facts["id"])
        of_record = partners_of_record([agreement.pk], at, known_at)[agreement.pk]
        told = {
            **answers.of_agreement(agreement),
            "as_of": at,
            "known_at": known_at,
            "partners_of_record": [answers.of_record(each) for each in of_record],
            "changes": _changes(agreement),
            "check": answers.of_check(checks[0], None),
        }
    output.answer(told, as_json, tables.of_agreement)


def _changes(agreement: Agreement) -> list[dict[str, object]]:
    found = PartnerChange.objects.filter(agreement=agreement).exclude(occasion="load")
    return [
        {
            "number": change.number,
            "agreement": agreement.reference,
            "partner": change.partner.account_number if change.partner else None,
            "state": change.state,
            "effective_at": change.effective_at,
            "submitted_at": change.submitted_at,
        }
        for change in found.select_related("partner").order_by("-id")
    ]
