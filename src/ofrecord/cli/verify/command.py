"""`ofrecord verify`: the invariants, for a person or for a program."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.progress import Progress

from ofrecord.cli import output
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.cli.verify.invariant import CheckResult
from ofrecord.cli.verify.run import verify as search

Samples = Annotated[int, typer.Option(min=0, help="How many answers to replay from the journal.")]


def verify(samples: Samples = 1_000, as_json: Json = False) -> None:
    """Search the whole installation for offences against what must always be true.

    Exit 0: there are none; 1: there are.
    """
    make_ready()
    results = _searched(samples)
    data = as_data(results)
    if as_json:
        output.write_json(data)
    else:
        output.screen().print(_drawn(results))
    raise typer.Exit(0 if data["ok"] else output.FAILED)


def as_data(results: Sequence[CheckResult]) -> dict[str, Any]:
    """What programs read."""
    ok = not any(result.violations for result in results)
    return {"ok": ok, "checks": [result.as_data() for result in results]}


def _searched(samples: int) -> list[CheckResult]:
    with Progress(console=output.screen(err=True), transient=True) as bar:
        task = bar.add_task(_("Verifying"), total=None)

        def show(name: str, done: int, total: int) -> None:
            bar.update(task, description=name, completed=done, total=total)

        return search(samples=samples, on_progress=show)


def _drawn(results: Sequence[CheckResult]) -> Any:
    rows = [
        (
            result.name,
            result.says,
            result.violations or _("none"),
            "\n".join(result.examples),
        )
        for result in results
    ]
    return output.table([_("Check"), _("What must be true"), _("Violations"), _("Examples")], rows)
