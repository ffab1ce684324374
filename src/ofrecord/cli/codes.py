"""`ofrecord code`: transfer codes, made by an admin and redeemed by the partner they name."""

import getpass
import sys
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import typer
from django.utils.translation import gettext as _

from ofrecord.changes.codes.make import make as making
from ofrecord.changes.codes.redeem import redeem as redeeming
from ofrecord.changes.codes.withdraw import withdraw as withdrawing
from ofrecord.changes.models import TransferCode
from ofrecord.changes.refusals import Refused
from ofrecord.cli import code_answers as answers
from ofrecord.cli import output, tables
from ofrecord.cli.endings import refusals_told
from ofrecord.cli.operator import operator, person_with
from ofrecord.cli.options import By, Json, Reason, References
from ofrecord.cli.ready import make_ready
from ofrecord.parties.actors import for_person
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Make, redeem and withdraw transfer codes.",
)


@app.command()
def make(
    refs: References,
    partner: Annotated[
        str, typer.Option(metavar="NUMBER", help="The only partner that can redeem it.")
    ],
    by: By,
    reason: Reason,
    days: Annotated[
        int | None,
        typer.Option(metavar="N", help="Valid through the N-th day; else as the policy says."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a code with which one partner can take agreements over, shown this once.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    wanted = list(dict.fromkeys(ref.strip() for ref in refs))
    actor = operator(person_with(by))
    with refusals_told(as_json, id=None, code=None):
        made = making(wanted, partner.strip(), by=actor, reason=reason, days=days)
    output.answer(answers.of_made(made), as_json, answers.of_made_drawn)


@app.command("list")
def list_codes(
    agreement: Annotated[
        str | None, typer.Option(metavar="REF", help="Only for this agreement.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List codes, the newest first. A code itself is never shown again."""
    make_ready()
    found = TransferCode.objects.order_by("-made_at")
    if agreement:
        found = found.filter(agreements__agreement__reference=agreement.strip())
    found = found.select_related("account", "partner", "made_by", "redeemed_by", "withdrawn_by")
    with seeing(operator()):
        shown = found.prefetch_related("agreements__agreement")[:limit]
        rows = [answers.of_code(each) for each in shown]
    output.answer({"codes": rows}, as_json, answers.table_of)


@app.command()
def redeem(
    by: By,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read it from the first line of standard input.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Redeem a code for somebody of the partner that it names; their own role there counts.

    The code is never an argument, which other people on the machine could read. Exit 0: all
    agreements were accepted; 3: some were refused; 4: there is no such code for this partner.
    """
    make_ready()
    request_id = operator().request_id
    actor = replace(for_person(person_with(by), door="cli"), request_id=request_id)
    code = _typed(stdin)
    with refusals_told(as_json, changes=[]):
        try:
            outcome = redeeming(code, by=actor)
        except Refused as refused:
            if refused.outcome is None:
                raise
            outcome = refused.outcome
    output.answer(outcome.as_data(), as_json, tables.of_outcome)
    if outcome.refused:
        raise typer.Exit(output.REFUSED)


@app.command()
def withdraw(
    id: Annotated[UUID, typer.Argument(metavar="ID", help="The id of a code, not the code.")],
    by: By,
    as_json: Json = False,
) -> None:
    """Withdraw a code: nobody can redeem it any more.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    actor = operator(person_with(by))
    told: dict[str, Any] = {"id": str(id), "state": "withdrawn", "refusals": []}
    with refusals_told(as_json, id=str(id), state=None):
        withdrawing(id, by=actor)
    output.answer(told, as_json, lambda _told: _("Nobody can redeem it any more."))


def _typed(stdin: bool) -> str:
    """The code, from a pipe or from whoever sits at the terminal."""
    asks = sys.stdin.isatty() and not stdin
    code = getpass.getpass(_("Code: ")) if asks else sys.stdin.readline()
    if not code.strip():
        raise typer.BadParameter(_("Give the code on standard input."))
    return code
