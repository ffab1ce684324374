"""`ofrecord change run`: the partner of more agreements than one act takes, in batches."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from django.utils.translation import gettext as _

from ofrecord.changes.models import RunState
from ofrecord.changes.refusals import LIMIT, NotFound, Refused
from ofrecord.changes.runs import cancel as cancelling
from ofrecord.changes.runs import resume as resuming
from ofrecord.changes.runs import show as showing
from ofrecord.changes.runs import start as starting
from ofrecord.changes.runs.carry_on import carry_on
from ofrecord.changes.runs.numbers import normalized
from ofrecord.cli import output
from ofrecord.cli.operator import operator, person_with
from ofrecord.cli.options import By, EffectiveOn, Json, Reason
from ofrecord.cli.ready import make_ready
from ofrecord.cli.run_answers import answer, table_of

INTERRUPTED = 130
PAUSE = 0.3

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="A run's number, RUN-...")]
OutcomesTo = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", dir_okay=False, help="Write what became of each agreement there, as JSON."
    ),
]


def run(
    file: Annotated[
        typer.FileText | None,
        typer.Argument(
            metavar="FILE", encoding="utf-8", help="References, one a line; - reads a pipe."
        ),
    ] = None,
    partner: Annotated[str | None, typer.Option(metavar="NUMBER", help="The new partner.")] = None,
    by: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="The person who is acted for.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; kept with each change.")] = None,
    effective_on: EffectiveOn = None,
    idempotency_key: Annotated[
        str | None, typer.Option(metavar="K", help="The same key is the same run, and goes on.")
    ] = None,
    batch_size: Annotated[
        int, typer.Option(min=1, max=LIMIT, metavar="N", help="Agreements in one transaction.")
    ] = LIMIT,
    resume: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Go on with this run instead.")
    ] = None,
    outcomes: OutcomesTo = None,
    as_json: Json = False,
) -> None:
    """Change the partner of up to a million agreements, in numbered batches.

    What was interrupted goes on by the same command with the same key, by --resume, or by
    itself where a worker runs. Exit 0: all were accepted; 3: some were refused, or it does not
    go on; 4: there is no such run; 2: bad usage; 130: interrupted.
    """
    make_ready()
    with _refusals_told():
        if resume is not None:
            number = _resumed(resume)
        elif file is None or partner is None or by is None or reason is None:
            raise typer.BadParameter(
                _("Give a file with --partner, --by and --reason, or --resume and a number.")
            )
        else:
            number = starting.start(
                _lines(file),
                partner.strip(),
                by=operator(person_with(by)),
                reason=reason,
                effective_on=effective_on,
                idempotency_key=idempotency_key,
                batch_size=batch_size,
            ).number
        _carry_on(number)
        answer(number, outcomes, as_json)


def show_run(number: Number, outcomes: OutcomesTo = None, as_json: Json = False) -> None:
    """Show how far a run is, and which agreements were refused.

    Exit 0: all were accepted so far; 3: some were refused, or it does not go on; 4: not found.
    """
    make_ready()
    with _refusals_told():
        answer(_typed(number), outcomes, as_json)


def cancel_run(number: Number, by: By, reason: Reason) -> None:
    """End a run for somebody: batches that were not begun are not carried out.

    Exit 3: refused; 4: not found.
    """
    make_ready()
    with _refusals_told():
        run = cancelling.cancel(_typed(number), by=operator(person_with(by)), reason=reason)
    typer.echo(_("Run %(number)s is cancelled.") % {"number": run.number})


def list_runs(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List runs, the newest first."""
    make_ready()
    runs = [each.as_data() for each in showing.listed(by=operator(), limit=limit)]
    output.answer({"runs": runs}, as_json, table_of)


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except NotFound as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(output.NOT_FOUND) from refused
    except Refused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(output.REFUSED) from refused


def _typed(number: str) -> str:
    return normalized(number) or number


def _lines(file: TextIO) -> list[str]:
    """The references of a file, in their order; blank lines are passed over."""
    try:
        lines = [line.strip() for line in file]
    except UnicodeDecodeError as error:
        raise typer.BadParameter(_("The file is not encoded as UTF-8.")) from error
    for place, line in enumerate(lines, 1):
        if not line.isprintable():
            raise typer.BadParameter(_("Line %(line)s is no reference.") % {"line": place})
    return [line for line in lines if line]


def _resumed(number: str) -> str:
    """The number of a run that goes on; one that was stopped is resumed."""
    run = showing.show(_typed(number), by=operator()).run
    if run.state == RunState.STOPPED:
        resuming.resume(run.number, by=operator())
    return run.number


def _carry_on(number: str) -> None:
    """Carry out batch after batch until the run is over, whoever carries out the others."""
    by = operator()
    try:
        with output.bars() as advance:
            while (done := showing.show(number, by=by)).run.state == RunState.UNDER_WAY:
                advance(number, done.run.items - done.waiting, done.run.items)
                if not carry_on(number, by=by):
                    time.sleep(PAUSE)
    except KeyboardInterrupt as interrupt:
        said = _("Interrupted. To go on: ofrecord change run --resume %(number)s")
        typer.echo(said % {"number": number}, err=True)
        raise typer.Exit(INTERRUPTED) from interrupt


COMMANDS: dict[str, Callable[..., None]] = {
    "run": run,
    "show-run": show_run,
    "list-runs": list_runs,
    "cancel-run": cancel_run,
}
"""They join those of `ofrecord change`."""
