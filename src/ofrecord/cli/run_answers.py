"""What the terminal says of runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from django.utils.translation import gettext as _
from rich.console import Group, RenderableType

from ofrecord.changes.models import RunState
from ofrecord.changes.runs import show as showing
from ofrecord.changes.runs.show import Progress
from ofrecord.cli import output
from ofrecord.cli.operator import operator

PAGE = 1_000
SHOWN = 20


def answer(number: str, outcomes: Path | None, as_json: bool) -> None:
    """Say how far a run is, and end the command by that."""
    done = showing.show(number, by=operator())
    if outcomes:
        _write(number, outcomes)
    if as_json:
        output.write_json(done.as_data())
    else:
        output.screen().print(_drawn(done))
    if done.refused or done.run.state in (RunState.STOPPED, RunState.CANCELLED):
        raise typer.Exit(output.REFUSED)


def _write(number: str, path: Path) -> None:
    """What became of each agreement that is done, one line each; whole, or not there."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8") as target:
        for said in _every(number):
            target.write(json.dumps(said, ensure_ascii=False) + "\n")
    draft.replace(path)


def _every(number: str) -> Iterator[dict[str, Any]]:
    after: showing.Place | None = (0, 0)
    while after:
        page = showing.outcomes(number, by=operator(), after=after, limit=PAGE)
        yield from page.as_data()
        after = page.next


def _drawn(done: Progress) -> RenderableType:
    run, stopped = done.run, done.stopped_for
    told = output.facts(
        (
            (_("Run"), run.number),
            (_("State"), run.get_state_display()),
            (_("Because"), f"{stopped.reason} {stopped.remedy.text}" if stopped else None),
            (_("Agreements"), run.items),
            (_("Accepted"), done.accepted),
            (_("Refused"), done.refused),
            (_("Not done"), done.waiting),
            (_("Batches done"), f"{done.batches_done}/{run.batches}"),
        )
    )
    if not done.refused:
        return told
    first = showing.outcomes(run.number, by=operator(), limit=SHOWN, only_refused=True).items
    rows = [(each.agreement, " ".join(why.reason for why in each.refusals)) for each in first]
    headings = (_("Agreement"), _("Why not"))
    return Group(told, "", output.table(headings, rows, title=_("The first refused")))


def table_of(answer: dict[str, Any]) -> RenderableType:
    """A list of runs as people read it."""
    names = ("number", "state", "partner", "items", "accepted", "refused", "waiting")
    headings = (
        *(_("Run"), _("State"), _("New partner"), _("Agreements")),
        *(_("Accepted"), _("Refused"), _("Not done")),
    )
    return output.table(headings, ([each[name] for name in names] for each in answer["runs"]))
