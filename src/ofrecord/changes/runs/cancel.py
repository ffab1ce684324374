"""Cancel: the batches of a run that were not begun are not carried out."""

from ofrecord.changes.models import Run
from ofrecord.changes.refusals import Unusable, reason_missing
from ofrecord.changes.runs.moves import decidable, move
from ofrecord.changes.runs.show import counts
from ofrecord.parties.actors import Actor


def cancel(number: str, *, by: Actor, reason: str) -> Run:
    """End a run for good. What its batches have changed stays, and can be undone change by change.

    Refused as `not_found`, `not_permitted`, `reason_missing`, or `run_over`.
    """
    run = decidable(number, by=by)
    if not reason.strip():
        raise Unusable([reason_missing()])
    done = counts(run)
    said = {"accepted": done.accepted, "refused": done.refused, "not_done": done.waiting}
    return move(run, "cancel", by=by, data={"reason": reason.strip(), **said})
