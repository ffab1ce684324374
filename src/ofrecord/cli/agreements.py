"""`ofrecord agreement`: what it is, who was partner of record when, and its lock."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from ofrecord.agreements.history import partners_of_record
from ofrecord.agreements.models import Agreement
from ofrecord.changes import locks, refusals
from ofrecord.changes.check import check
from ofrecord.changes.statement import is_final
from ofrecord.cli import answers, correction_answers, output, tables
from ofrecord.cli.endings import refusals_told
from ofrecord.cli.operator import operator, person_with
from ofrecord.cli.options import By, Json, Reason, References, instant, so_far
from ofrecord.cli.ready import make_ready
from ofrecord.journal import clock
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Look agreements up, now and as of any date."
)


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

    Exit 3: what is asked is not known yet; 4: not found.
    """
    make_ready()
    actor, at, known = operator(), as_of or clock.business_now(), so_far(known_at)
    with refusals_told(), seeing(actor):
        checks = check([ref.strip()], by=actor, judge_person=False)
        if not checks:
            typer.echo(refusals.not_found(ref).reason, err=True)
            raise typer.Exit(output.NOT_FOUND)
        people = ("account", "contract_manager")
        agreement = Agreement.objects.select_related(*people).get(pk=checks[0].facts["id"])
        final = is_final(known)
        of_record = partners_of_record([agreement.pk], at, known)[agreement.pk]
        told = {
            **answers.of_agreement(agreement),
            "as_of": at,
            "known_at": known,
            "final": final,
            "partners_of_record": [each.as_data() for each in of_record],
            "changes": answers.of_changes(agreement),
            "correction_waiting": correction_answers.waiting(agreement),
            "check": checks[0].as_data(None),
        }
    output.answer(told, as_json, tables.of_agreement)


@app.command()
def lock(refs: References, by: By, reason: Reason, as_json: Json = False) -> None:
    """Lock the partners of agreements, all of them or none, for a person who may change them.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    locked = _done(locks.lock, refs, by, reason)
    output.answer({"locked": locked}, as_json, lambda _answer: _("Locked."))


@app.command()
def lift(refs: References, by: By, reason: Reason, as_json: Json = False) -> None:
    """Ask for locks to be lifted; a second person who asks lifts them.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    lifted = _done(locks.lift, refs, by, reason)
    told = _("Lifted.") if lifted else _("Asked: another person has to lift it too.")
    output.answer({"lifted": lifted}, as_json, lambda _answer: told)


def _done(act: Callable[..., list[str]], refs: list[str], by: str, reason: str) -> list[str]:
    with refusals_told():
        return act(refs, by=operator(person_with(by)), reason=reason)
