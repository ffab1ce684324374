"""`ofrecord change`: check, submit, show, list, cancel and undo partner changes."""

from collections.abc import Sequence
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from ofrecord.changes import cancel as cancelling
from ofrecord.changes import refusals
from ofrecord.changes import submit as submitting
from ofrecord.changes import undo as undoing
from ofrecord.changes.check import check as check_agreements
from ofrecord.changes.check import unknown
from ofrecord.changes.models import PartnerChange, State
from ofrecord.changes.numbers import normalized
from ofrecord.changes.refusals import Refused
from ofrecord.cli import answers, consents, output, runs, support, tables
from ofrecord.cli.consent_answers import asked_for
from ofrecord.cli.operator import operator, person_with
from ofrecord.cli.options import (
    AllOrNothing,
    By,
    EffectiveOn,
    IdempotencyKey,
    Json,
    Only,
    Reason,
    References,
)
from ofrecord.cli.outcomes import all_refused, answer
from ofrecord.cli.ready import make_ready
from ofrecord.journal import clock
from ofrecord.parties.context import seeing
from ofrecord.rules.verdicts import Verdict

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Check, submit and follow partner changes."
)

Partner = Annotated[str | None, typer.Option(metavar="NUMBER", help="The new partner.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="A change's number, PC-...")]


def _state(text: str) -> str:
    if text in State.values:
        return text
    raise typer.BadParameter(_("It is one of: %(states)s.") % {"states": ", ".join(State.values)})


@app.command()
def check(
    refs: References,
    partner: Partner = None,
    by: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Judge this person's permission too.")
    ] = None,
    effective_on: EffectiveOn = None,
    only: Only = None,
    as_json: Json = False,
) -> None:
    """Say whether the partner of agreements can be changed, why not, and when.

    Exit 0: all can; 3: some cannot; 4: a reference was not found; 2: bad usage.
    """
    make_ready()
    person = person_with(by) if by else None
    actor = operator(person)
    if effective_on and effective_on < clock.today():
        raise typer.BadParameter(refusals.effective_in_past().reason)
    wanted = list(dict.fromkeys(ref.strip() for ref in refs))
    number = partner.strip() if partner is not None else None
    with seeing(actor):
        found = {
            each.reference: each.as_data(number)
            for each in check_agreements(
                wanted,
                by=actor,
                partner=number,
                effective_on=effective_on,
                judge_person=person is not None,
                members=tuple(only or ()),
            )
        }
    checks = [found.get(ref) or unknown(refusals.not_found(ref), ref, number) for ref in wanted]
    output.answer({"checks": checks}, as_json, tables.of_checks)
    if len(found) < len(wanted):
        raise typer.Exit(output.NOT_FOUND)
    if not all(each["available"] for each in checks):
        raise typer.Exit(output.REFUSED)


@app.command()
def submit(
    refs: References,
    partner: Annotated[str, typer.Option(metavar="NUMBER", help="The new partner.")],
    by: By,
    reason: Reason,
    fingerprint: Annotated[
        list[str] | None,
        typer.Option(metavar="F", help="What the check answered; repeat it for each agreement."),
    ] = None,
    effective_on: EffectiveOn = None,
    only: Only = None,
    idempotency_key: IdempotencyKey = None,
    all_or_nothing: AllOrNothing = False,
    as_json: Json = False,
) -> None:
    """Change the authorized partner of agreements, for a person whose permission is judged.

    Exit 0: all were accepted; 3: some were refused; 2: bad usage.
    """
    make_ready()
    actor = operator(person_with(by))
    wanted = list(dict.fromkeys(ref.strip() for ref in refs))
    try:
        outcome = submitting.submit(
            wanted,
            partner.strip(),
            by=actor,
            reason=reason,
            fingerprints=fingerprint or (),
            effective_on=effective_on,
            idempotency_key=idempotency_key,
            all_or_nothing=all_or_nothing,
            members=tuple(only or ()),
        )
    except Refused as refused:
        outcome = refused.outcome or all_refused(wanted, refused)
    answer(outcome, as_json)


@app.command()
def show(number: Number, as_json: Json = False) -> None:
    """Show one change: its partner sets, its state, and which systems have acknowledged it.

    Exit 4: not found.
    """
    make_ready()
    with seeing(operator()):
        change = PartnerChange.objects.filter(number=normalized(number) or "").first()
        if change is None:
            raise _not_found(number)
        told = {**answers.of_change(change), "consents": asked_for(change)}
    output.answer(told, as_json, tables.of_change)


@app.command("list")
def list_changes(
    agreement: Annotated[
        str | None, typer.Option(metavar="REF", help="Only of this agreement.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", parser=_state, metavar="STATE", help="Only in this state."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List changes, the newest first; imports of agreements are left out."""
    make_ready()
    found = PartnerChange.objects.exclude(occasion="load").order_by("-id")
    if agreement:
        found = found.filter(agreement__reference=agreement.strip())
    if state:
        found = found.filter(state=state)
    columns = ("number", "agreement__reference", "partner__account_number", "state")
    with seeing(operator()):
        rows = list(found.values_list(*columns, "effective_at", "submitted_at")[:limit])
    names = ("number", "agreement", "partner", "state", "effective_at", "submitted_at")
    listed = {"changes": [dict(zip(names, row, strict=True)) for row in rows]}
    output.answer(listed, as_json, tables.of_changes)


@app.command()
def cancel(number: Number, by: By, reason: Reason, as_json: Json = False) -> None:
    """Cancel a change that is still open, for a person whose permission is judged.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    actor = operator(person_with(by))
    wanted = normalized(number) or number
    try:
        state = cancelling.cancel(wanted, by=actor, reason=reason).state
        refused: Sequence[Verdict] = ()
    except refusals.NotFound as error:
        raise _not_found(number) from error
    except Refused as error:
        state, refused = "refused", error.verdicts
    told = {
        "number": wanted,
        "state": state,
        "refusals": [verdict.as_data() for verdict in refused],
    }
    output.answer(told, as_json, tables.of_cancelled)
    if refused:
        raise typer.Exit(output.REFUSED)


@app.command()
def undo(
    numbers: Annotated[
        list[str], typer.Argument(metavar="NUMBER", help="The numbers of changes, PC-...")
    ],
    by: By,
    reason: Reason,
    idempotency_key: IdempotencyKey = None,
    as_json: Json = False,
) -> None:
    """Undo changes, each the latest of its agreement, by changes of their own.

    Exit 0: all were undone; 3: some were refused, or not found.
    """
    make_ready()
    actor = operator(person_with(by))
    wanted = list(dict.fromkeys(normalized(number) or number for number in numbers))
    try:
        outcome = undoing.undo(wanted, by=actor, reason=reason, idempotency_key=idempotency_key)
    except Refused as refused:
        outcome = refused.outcome or all_refused(wanted, refused)
    answer(outcome, as_json)


def _not_found(number: str) -> typer.Exit:
    typer.echo(refusals.not_found(number, what=_("change")).reason, err=True)
    return typer.Exit(output.NOT_FOUND)


for name, command in {**consents.COMMANDS, **runs.COMMANDS, **support.COMMANDS}.items():
    app.command(name)(command)
