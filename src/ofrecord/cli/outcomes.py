"""The outcome of an act on several agreements, as commands write it and end with it."""

from collections.abc import Sequence

import typer

from ofrecord.changes.carry_out import Item, Submitted
from ofrecord.changes.refusals import Refused
from ofrecord.cli import output, tables


def answer(outcome: Submitted, as_json: bool) -> None:
    """Write what became of each, and end with 3 where some were refused."""
    output.answer(outcome.as_data(), as_json, tables.of_outcome)
    if outcome.refused:
        raise typer.Exit(output.REFUSED)


def all_refused(wanted: Sequence[str], refused: Refused) -> Submitted:
    """The outcome of a request that could not be carried out at all."""
    return Submitted(tuple(Item(ref, None, "refused", refused.verdicts) for ref in wanted))
