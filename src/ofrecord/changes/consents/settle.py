"""Settle: what becomes of a change follows from the answers to it, and from their deadlines.

A refusal declines it. A deadline without an answer lets it expire, but for that of a losing
partner, whose silence means proceed. Once nothing is waited for, it is decided. All of it is
dated when it came about, also when the clock comes to it later.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ofrecord.agreements import versions
from ofrecord.changes import decided, letters, tenures
from ofrecord.changes.advance import advance, lock, summary
from ofrecord.changes.check import Check, check_changes
from ofrecord.changes.consents.standings import Standing, standings
from ofrecord.changes.decide import change_data, told
from ofrecord.changes.decided import Decided
from ofrecord.changes.due import Due, taken
from ofrecord.changes.lifecycle import AWAITING, move
from ofrecord.changes.models import State
from ofrecord.changes.refusals import agreement_moved
from ofrecord.changes.rows import decided_of, due_state
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

BATCH = 1_000


def settle(*, by: Actor) -> int:
    """Settle up to 1,000 changes with a deadline that has passed; how many had one.

    What fails holds up no other: it is raised as `due.Failed` after the rest.
    """
    with seeing(by):
        due = _due()
    try:
        return taken(partial(_lock_and_settle, by=by), due)
    finally:
        if due:
            wake.wake()


def _lock_and_settle(due: Sequence[Due], by: Actor) -> int:
    with seeing(by):
        lock([each.agreement_id for each in due])
        settle_changes([each.change_id for each in due], by)
    return len(due)


def settle_due_of(agreement_ids: Sequence[int]) -> None:
    """Settle what is due of these locked agreements, for an act that follows on it."""
    with prepared() as cursor:
        cursor.execute(_DUE_OF, [list(agreement_ids), clock.business_now()])
        due = [row[0] for row in cursor.fetchall()]
    if due:
        with seeing(Actor.system()):
            settle_changes(due, Actor.system())


def settle_changes(change_ids: Sequence[int], by: Actor) -> None:
    """Move changes on, as their consents say; their agreements are locked by the caller."""
    found = standings(change_ids)
    _close([each for each in found if each.ends == "decline"], "decline", by)
    _close([each for each in found if each.ends == "expire"], "expire", by)
    _decide([each for each in found if each.ends == "settle"], by)


def _decide(ready: Sequence[Standing], by: Actor) -> None:
    """Decide what everybody has agreed to, unless something stands against it by now."""
    if not ready:
        return
    own = {each.change_id: each for each in ready}
    changes = decided.load(list(own))
    checks = check_changes({each.change_id: each.settled_at for each in ready})
    against = {each.change_id: _against(each, checks[each.agreement_id]) for each in changes}
    fit = [each for each in changes if not against[each.change_id]]
    _write([(each, checks[each.agreement_id], own[each.change_id]) for each in fit], by)
    unfit = [each for each in ready if against[each.change_id]]
    _close(unfit, "decline", by, lambda change: against[change.change_id])


def _against(change: Decided, check: Check) -> str:
    """Why a change cannot be decided any more; empty where it can."""
    if {*check.before} != {*change.before}:
        return agreement_moved([], None).reason
    return " ".join(each.reason for each in check.verdicts if each.code not in check.overridden)


def _write(deciding: Sequence[tuple[Decided, Check, Standing]], by: Actor) -> None:
    """The writes of a decision: the tenures, the facts, the changes' own rows, the letters."""
    if not deciding:
        return
    agreements = [change.agreement_id for change, _, _ in deciding]
    states = [due_state(check) for _, check, _ in deciding]
    ledger = open_ledger("agreement", agreements)
    tenures.replace({change.change_id: check for change, check, _ in deciding}, ledger.at)
    facts = [_fact(*each, state) for each, state in zip(deciding, states, strict=True)]
    ledger.record(facts, by.by)
    rows = [
        (
            *(change.change_id, state.value, check.facts["effective_at"]),
            *(standing.settled_at, fact.id),
        )
        for (change, check, standing), state, fact in zip(deciding, states, facts, strict=True)
    ]
    with prepared() as cursor:
        cursor.execute(_DECIDED, [ledger.at, *map(list, zip(*rows, strict=True))])
    versions.raise_to(ledger, agreements, moved=True)
    told(
        [
            decided_of(check, change.change_id, change.number, state, change.reason)
            for (change, check, _), state in zip(deciding, states, strict=True)
        ]
    )


def _fact(change: Decided, check: Check, standing: Standing, state: State) -> Fact:
    given = check.facts
    return Fact(
        subject_id=given["id"],
        type=move(AWAITING, "settle", state).event,
        subject=given["reference"],
        account_id=given["account_id"],
        about=change.number,
        data=change_data(check, change.number, change.reason)
        | {"settled_at": standing.settled_at, "consents": standing.answers},
    )


def _close(
    standings: Sequence[Standing],
    act: str,
    by: Actor,
    why: Callable[[Decided], str] = lambda change: "",
) -> None:
    """Close changes that do not go ahead, and let go who was asked and has not answered."""
    if not standings:
        return
    own = {each.change_id: each for each in standings}
    changes = decided.load(list(own))

    def data(change: Decided) -> dict[str, Any]:
        said = own[change.change_id]
        ended = {"settled_at": said.settled_at, "consents": said.answers}
        return {**summary(change), **ended, "reason": why(change)}

    advance(changes, act, by=by, moved=True, data=data, reason=why)
    with prepared() as cursor:
        cursor.execute(_CLOSED, [list(own), [each.settled_at for each in standings]])
    let_go(list(own))
    closed = decided.load(list(own))
    letters.compose(closed[0].state, closed)


def let_go(change_ids: Sequence[int]) -> None:
    """Withdraw the consents that changes do not wait for any more."""
    with prepared() as cursor:
        cursor.execute(_LET_GO, [clock.business_now(), list(change_ids)])


def _due() -> list[Due]:
    with prepared() as cursor:
        cursor.execute(_DUE, {"now": clock.business_now(), "limit": BATCH})
        return [Due(*row) for row in cursor.fetchall()]


_DUE = """
SELECT DISTINCT c.id, c.agreement_id
  FROM (SELECT change_id FROM consent WHERE answer = '' AND due_at <= %(now)s
         ORDER BY due_at LIMIT %(limit)s) AS due
  JOIN partner_change AS c ON c.id = due.change_id
"""
_DUE_OF = """
SELECT c.id FROM partner_change AS c
 WHERE c.agreement_id = ANY (%s) AND c.state = 'awaiting_consent'
   AND EXISTS (SELECT FROM consent AS each
                WHERE each.change_id = c.id AND each.answer = '' AND each.due_at <= %s)
"""
_DECIDED = """
UPDATE partner_change AS c
   SET state = now.state, decided_at = now.at, effective_at = now.effective_at,
       settled_at = now.settled_at,
       applied_at = CASE WHEN now.state = 'applied' THEN now.at END,
       applied_event = CASE WHEN now.state = 'applied' THEN now.event END
  FROM (SELECT %s::timestamptz AS at, each.*
          FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::uuid[])
               AS each(id, state, effective_at, settled_at, event)) AS now
 WHERE c.id = now.id
"""
_CLOSED = """
UPDATE partner_change AS c SET settled_at = closed.at
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS closed(id, at) WHERE c.id = closed.id
"""
_LET_GO = """
UPDATE consent SET answer = 'withdrawn', answered_at = %s, recorded_at = clock_timestamp()
 WHERE change_id = ANY (%s) AND answer = ''
"""
