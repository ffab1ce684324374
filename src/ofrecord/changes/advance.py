"""Moving decided changes on to their next state: the row, the fact, and the agreement's version."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from ofrecord.agreements import versions
from ofrecord.changes.decided import Decided
from ofrecord.changes.lifecycle import move
from ofrecord.changes.models import State
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor

CLOSED = (State.CANCELLED, State.DECLINED, State.EXPIRED)


def advance(
    changes: Sequence[Decided],
    act: str,
    *,
    by: Actor,
    moved: bool,
    data: Callable[[Decided], dict[str, Any]],
    reason: Callable[[Decided], str] = lambda change: "",
) -> datetime:
    """Make the move of `act` for changes whose agreements are locked, all in the same state.

    Returns the recorded time of the move.
    """
    (before,) = {each.state for each in changes}
    step = move(before, act)
    ledger = open_ledger("agreement", {each.agreement_id for each in changes})
    facts = [
        Fact(
            subject_id=each.agreement_id,
            type=step.event,
            subject=each.reference,
            account_id=each.account_id,
            about=each.number,
            data=data(each),
        )
        for each in changes
    ]
    ledger.record(facts, by.by)
    with connection.cursor() as cursor:
        cursor.execute(
            _ADVANCE,
            {
                "ids": [each.change_id for each in changes],
                "events": [fact.id for fact in facts],
                "state": step.after,
                "closed": step.after in CLOSED,
                "at": ledger.at,
                "by": by.judged_person,
                "reasons": [reason(each) for each in changes],
            },
        )
    versions.raise_to(ledger, [each.agreement_id for each in changes], moved=moved)
    return ledger.at


def lock(agreement_ids: Sequence[int]) -> None:
    """Lock agreements in the order of their ids, as every verb does."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(agreement_ids))])


def summary(change: Decided) -> dict[str, Any]:
    """What an event says of the change that it moves on."""
    return {
        "change": change.number,
        "agreement": change.reference,
        "effective_at": change.effective_at.isoformat(),
        "before": [party.as_data() for party in change.before],
        "after": [party.as_data() for party in change.after],
    }


_LOCK = "SELECT FROM agreement WHERE id = ANY (%s) ORDER BY id FOR UPDATE"
_ADVANCE = """
UPDATE partner_change AS c
   SET state = %(state)s,
       applied_at = CASE WHEN %(state)s = 'applied' THEN %(at)s::timestamptz ELSE applied_at END,
       applied_event = CASE WHEN %(state)s = 'applied' THEN moved.event ELSE applied_event END,
       completed_at = CASE WHEN %(state)s = 'complete' THEN %(at)s::timestamptz
                           ELSE completed_at END,
       closed_at = CASE WHEN %(closed)s THEN %(at)s::timestamptz ELSE closed_at END,
       closed_by_id = CASE WHEN %(closed)s THEN %(by)s::bigint ELSE closed_by_id END,
       closed_reason = CASE WHEN %(closed)s THEN moved.reason ELSE closed_reason END
  FROM unnest(%(ids)s::bigint[], %(events)s::uuid[], %(reasons)s::text[])
       AS moved(id, event, reason)
 WHERE c.id = moved.id
"""
