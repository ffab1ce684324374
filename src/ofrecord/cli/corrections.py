"""`ofrecord correction`: the partner of record put right by two people of operations."""

from datetime import date
from typing import Annotated
from uuid import UUID

import typer
from django.db.models import F
from django.utils.translation import gettext as _

from ofrecord.changes import refusals
from ofrecord.changes.corrections.approve import approve as approving
from ofrecord.changes.corrections.decline import decline as declining
from ofrecord.changes.corrections.propose import propose as proposing
from ofrecord.changes.corrections.refusals import no_correction
from ofrecord.changes.models import Correction
from ofrecord.cli import correction_answers as answers
from ofrecord.cli import output
from ofrecord.cli.endings import refusals_told
from ofrecord.cli.operator import operator, person_with
from ofrecord.cli.options import By, Json, Reason, day
from ofrecord.cli.ready import make_ready
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Correct the partner of record, also in the past: one proposes, another approves.",
)

Id = Annotated[UUID, typer.Argument(metavar="ID", help="The id of a correction.")]
RELATED = ("agreement", "partner", "corrects", "proposed_by", "decided_by", "change")


@app.command()
def propose(
    ref: Annotated[
        str, typer.Argument(metavar="REF", help="A contract number or subscription ID.")
    ],
    by: By,
    reason: Reason,
    partner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="The partner that is right.")
    ] = None,
    corrects: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="The change that was wrong: what it replaced is back."),
    ] = None,
    effective_on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="From this day on; else as the change."),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            parser=day, metavar="DATE", help="Only until before this day, today or earlier."
        ),
    ] = None,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Call off the change that is open.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Propose what should have been. Nothing changes until somebody else approves it.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    actor = operator(person_with(by))
    with refusals_told(as_json, correction=None, agreement=ref.strip()):
        proposed = proposing(
            ref.strip(),
            by=actor,
            reason=reason,
            partner=partner and partner.strip(),
            corrects=corrects and corrects.strip().upper(),
            effective_on=effective_on,
            until=until,
            supersedes=supersede,
        )
    told = {"correction": str(proposed.pk), "agreement": ref.strip(), "refusals": []}
    output.answer(told, as_json, answers.of_proposed)


@app.command("list")
def list_corrections(
    agreement: Annotated[
        str | None, typer.Option(metavar="REF", help="Only of this agreement.")
    ] = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that wait for a second person.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List corrections: those that wait first, then the latest."""
    make_ready()
    found = Correction.objects.select_related(*RELATED)
    found = found.order_by(F("decided_at").desc(nulls_first=True), "-proposed_at")
    if agreement:
        found = found.filter(agreement__reference=agreement.strip())
    if waiting:
        found = found.filter(outcome="")
    with seeing(operator()):
        rows = [answers.of_correction(each) for each in found[:limit]]
    output.answer({"corrections": rows}, as_json, answers.table_of)


@app.command()
def show(id: Id, as_json: Json = False) -> None:
    """Show a correction and, while it waits, what it would do now.

    Exit 4: not found.
    """
    make_ready()
    with refusals_told(), seeing(operator()):
        found = _found(id)
        told = answers.of_correction(found)
        if not found.outcome:
            told |= answers.what_it_would_do(found)
    output.answer(told, as_json, answers.drawn)


@app.command()
def approve(id: Id, by: By, as_json: Json = False) -> None:
    """Carry a correction out, by a second person: exactly what was proposed, or nothing.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    actor = operator(person_with(by))
    with refusals_told(as_json, correction=str(id), number=None, state="refused"):
        change = approving(id, by=actor)
    told = {
        "correction": str(id),
        "agreement": change.reference,
        "number": change.number,
        "state": change.state,
        "refusals": [],
    }
    output.answer(told, as_json, answers.of_approved)


@app.command()
def decline(id: Id, by: By, reason: Reason, as_json: Json = False) -> None:
    """Decline a correction, or take one's own back: everything stays as it is.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    actor = operator(person_with(by))
    with refusals_told(as_json, correction=str(id), state=None):
        declining(id, by=actor, reason=reason)
    told = {"correction": str(id), "state": "declined", "refusals": []}
    output.answer(told, as_json, lambda _told: _("Nothing was changed: the correction is closed."))


def _found(id: UUID) -> Correction:
    found = Correction.objects.select_related(*RELATED).filter(pk=id).first()
    if found is None:
        raise refusals.refused([no_correction(str(id))])
    return found
