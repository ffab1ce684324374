"""Complete: a change that every required system has acknowledged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ofrecord.changes import decided
from ofrecord.changes.advance import advance, lock, summary
from ofrecord.changes.decided import Decided
from ofrecord.changes.models import State
from ofrecord.delivery import failpoints
from ofrecord.delivery.settled import SUBJECTS_SETTLED_SINCE
from ofrecord.journal.prepared import prepared
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

BATCH = 1_000


def complete(
    *, by: Actor, since: datetime | None = None, agreements: Sequence[int] | None = None
) -> int:
    """Complete up to 1,000 applied changes that every required system knows; how many were.

    However many others wait, only those are looked at for which a delivery was settled `since`
    then, or those of these `agreements` (all of them, also when they are more).
    """
    with seeing(by):
        settled = _found(since, agreements)
        if not settled:
            return 0
        failpoints.hit("worker.before_complete")
        lock([agreement for _, agreement in settled])
        return len(_complete([change for change, _ in settled], by))


def complete_told(changes: Sequence[Decided]) -> list[Decided]:
    """Complete those just applied that no required system has to learn of; all, as they are now.

    Their agreements are locked by the caller.
    """
    applied = [each.change_id for each in changes if each.state == State.APPLIED]
    settled = _settled(applied) if applied else []
    done = _complete([change for change, _ in settled], Actor.system()) if settled else set()
    return [
        replace(each, state=State.COMPLETE.value) if each.change_id in done else each
        for each in changes
    ]


def _found(since: datetime | None, agreements: Sequence[int] | None) -> list[tuple[int, int]]:
    if agreements is not None:
        return _settled_of_agreements(agreements)
    return _settled(None) if since is None else _settled_since(since)


def _settled(change_ids: Sequence[int] | None) -> list[tuple[int, int]]:
    asked = (_SETTLED, [BATCH]) if change_ids is None else (_SETTLED_OF, [list(change_ids)])
    with prepared() as cursor:
        cursor.execute(*asked)
        return [(change, agreement) for change, agreement in cursor.fetchall()]


def _settled_since(since: datetime) -> list[tuple[int, int]]:
    with prepared() as cursor:
        cursor.execute(_LATELY, {"since": since, "limit": BATCH})
        return [(change, agreement) for change, agreement in cursor.fetchall()]


def _settled_of_agreements(agreements: Sequence[int]) -> list[tuple[int, int]]:
    with prepared() as cursor:
        cursor.execute(_SETTLED_OF_AGREEMENTS, [list(agreements)])
        return [(change, agreement) for change, agreement in cursor.fetchall()]


def _complete(change_ids: Sequence[int], by: Actor) -> set[int]:
    changes = [c for c in decided.load(change_ids) if c.state == State.APPLIED]
    if changes:
        advance(changes, "complete", by=by, moved=False, data=summary)
    return {each.change_id for each in changes}


# Asked of one change after the other: taken together, all that waits would be gone through.
_KNOWN = """NOT EXISTS (
       SELECT FROM delivery AS d WHERE d.event_id = c.applied_event AND d.required
          AND d.state IN ('waiting', 'parked') OFFSET 0)"""
_SETTLED = f"""
SELECT c.id, c.agreement_id FROM partner_change AS c
 WHERE c.state = 'applied' AND {_KNOWN} ORDER BY c.id LIMIT %s
"""
_SETTLED_OF = f"""
SELECT c.id, c.agreement_id FROM partner_change AS c
 WHERE c.id = ANY (%s) AND c.state = 'applied' AND {_KNOWN} ORDER BY c.id
"""
# Said by its instants, and not by its state, so that no plan begins at all the changes that wait.
_OF_AGREEMENT = f"""
 CROSS JOIN LATERAL (
       SELECT id, agreement_id FROM partner_change AS c
        WHERE c.agreement_id = settled.subject_id
          AND c.applied_at IS NOT NULL AND c.completed_at IS NULL AND {_KNOWN}
       OFFSET 0) AS c"""
_SETTLED_OF_AGREEMENTS = f"""
SELECT c.id, c.agreement_id FROM unnest(%s::bigint[]) AS settled(subject_id) {_OF_AGREEMENT}
 ORDER BY c.id
"""
_LATELY = f"""
SELECT c.id, c.agreement_id
  FROM (SELECT subject_id FROM ({SUBJECTS_SETTLED_SINCE}) AS settled
         WHERE stream = 'agreement') AS settled {_OF_AGREEMENT}
 ORDER BY c.id LIMIT %(limit)s
"""
