"""Apply: the clock marks scheduled changes whose effective time has come, and tells.

Who is partner of record does not wait for it: the tenures were written when the change was
decided.
"""

from collections.abc import Sequence
from functools import partial

from ofrecord.changes import complete, decided, letters
from ofrecord.changes.advance import advance, lock, summary
from ofrecord.changes.due import Due, taken
from ofrecord.changes.models import State
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

BATCH = 1_000


def apply(*, by: Actor) -> int:
    """Apply up to 1,000 changes that are due; how many were.

    What fails holds up no other: it is raised as `due.Failed` after the rest.
    """
    with seeing(by):
        due = _due(None)
    try:
        return taken(partial(_lock_and_apply, by=by), due)
    finally:
        if due:
            wake.wake()


def apply_due_of(agreement_ids: Sequence[int]) -> int:
    """Apply what is due of these locked agreements, for an act that follows on it."""
    due = _due(agreement_ids)
    return _apply([each.change_id for each in due], Actor.system())


def _lock_and_apply(due: Sequence[Due], by: Actor) -> int:
    with seeing(by):
        lock([each.agreement_id for each in due])
        return _apply([each.change_id for each in due], by)


def _due(agreement_ids: Sequence[int] | None) -> list[Due]:
    """Those of the agreements that are named, however many, or the first of all."""
    of_ids, limit = (None, BATCH) if agreement_ids is None else (list(agreement_ids), None)
    with prepared() as cursor:
        cursor.execute(_DUE, {"now": clock.business_now(), "agreements": of_ids, "limit": limit})
        return [Due(*row) for row in cursor.fetchall()]


def _apply(change_ids: Sequence[int], by: Actor) -> int:
    loaded = decided.load(change_ids) if change_ids else []
    changes = [each for each in loaded if each.state == State.SCHEDULED]
    if changes:
        advance(changes, "apply", by=by, moved=True, data=summary)
        applied = decided.load([each.change_id for each in changes])
        letters.compose("applied", applied)
        complete.complete_told(applied)
    return len(changes)


_DUE = """
SELECT id, agreement_id FROM partner_change
 WHERE state = 'scheduled' AND effective_at <= %(now)s
   AND (%(agreements)s::bigint[] IS NULL OR agreement_id = ANY (%(agreements)s))
 ORDER BY effective_at LIMIT %(limit)s::bigint
"""
