"""Resume: a run that was stopped goes on where it was."""

from ofrecord.changes.models import Run
from ofrecord.changes.runs.moves import decidable, move
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor


def resume(number: str, *, by: Actor) -> Run:
    """Let a stopped run go on; it stops again when what stopped it still stands.

    Refused as `not_found`, `not_permitted`, or `run_over` when it is not stopped.
    """
    run = move(decidable(number, by=by), "resume", by=by, data={})
    wake.wake()
    return run
