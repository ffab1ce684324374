"""Deciding changes that nothing refuses: the writes of one act, for one agreement or thousands.

The agreements are locked by the caller. A dozen statements, however many agreements.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from ofrecord.agreements import versions
from ofrecord.changes import complete, letters, numbers, tenures
from ofrecord.changes.check import Check
from ofrecord.changes.decided import Decided, Party
from ofrecord.changes.lifecycle import move
from ofrecord.changes.models import Movement, State
from ofrecord.journal import clock
from ofrecord.journal.record import Fact, Ledger, open_ledger
from ofrecord.parties.actors import Actor

ACTS = {"request": "submit", "undo": "undo"}


def decide(
    checks: Sequence[Check], *, by: Actor, reason: str, request_id: int | None
) -> list[Decided]:
    """Make one change of each check, applied at once or scheduled for its effective time."""
    if not checks:
        return []
    now = clock.business_now()
    ledger = open_ledger("agreement", [check.facts["id"] for check in checks])
    taken = zip(checks, numbers.take(len(checks)), strict=True)
    facts = [_fact(check, number, _state(check, now), reason) for check, number in taken]
    ids = _insert_changes(checks, facts, ledger, now, by, reason, request_id)
    _insert_members(checks, ids)
    moved = {id: tenures.replacement(check, id) for check, id in zip(checks, ids, strict=True)}
    tenures.supersede({id: each.superseded for id, each in moved.items()}, ledger.at)
    tenures.open_all((o for each in moved.values() for o in each.opened), ledger.at)
    ledger.record(facts, by.by)
    versions.raise_to(ledger, [check.facts["id"] for check in checks], moved=True)
    decided = [
        _decided(check, id, fact, now) for check, id, fact in zip(checks, ids, facts, strict=True)
    ]
    for state in (State.APPLIED, State.SCHEDULED):
        letters.compose(state.value, [each for each in decided if each.state == state], by)
    return complete.complete_told(decided)


def _state(check: Check, now: datetime) -> State:
    return State.APPLIED if check.facts["effective_at"] <= now else State.SCHEDULED


def _fact(check: Check, number: str, state: State, reason: str) -> Fact:
    given = check.facts
    return Fact(
        subject_id=given["id"],
        type=move("", ACTS[check.occasion], state).event,
        subject=given["reference"],
        account_id=given["account_id"],
        about=number,
        data=change_data(
            number=number,
            occasion=check.occasion,
            given=given,
            before=check.before,
            after=check.after or (),
            reason=reason,
            policy_version=check.terms.version,
        )
        | ({"undoes": given["undone_number"]} if given["undone_id"] else {}),
    )


def change_data(
    *,
    number: str,
    occasion: str,
    given: dict[str, Any],
    before: Sequence[Party],
    after: Sequence[Party],
    reason: str,
    policy_version: int,
) -> dict[str, Any]:
    """What every event about a change says of it."""
    moves = movements(before, after)
    return {
        "change": number,
        "occasion": occasion,
        "agreement": given["reference"],
        "purchasing_model": given["purchasing_model"],
        "account": given["account_number"],
        "effective_at": given["effective_at"].isoformat(),
        "before": [party.as_data() for party in before],
        "after": [party.as_data() for party in after],
        **{
            movement.value: sorted({p.number for p, m in moves.items() if m == movement})
            for movement in Movement
        },
        "reason": reason,
        "policy_version": policy_version,
    }


def movements(before: Sequence[Party], after: Sequence[Party]) -> dict[Party, Movement]:
    """Whether each partner of the two sets gains, loses or stays: judged by the partner."""
    was, will_be = ({party.partner_id for party in side} for side in (before, after))
    return {
        party: Movement.STAYING
        if party.partner_id in was & will_be
        else Movement.GAINING
        if party.partner_id in will_be
        else Movement.LOSING
        for party in dict.fromkeys((*before, *after))
    }


def _decided(check: Check, id: int, fact: Fact, now: datetime) -> Decided:
    given = check.facts
    return Decided(
        change_id=id,
        number=fact.about,
        agreement_id=given["id"],
        reference=given["reference"],
        purchasing_model=given["purchasing_model"],
        account_id=given["account_id"],
        account_name=given["account_name"],
        state=_state(check, now).value,
        effective_at=given["effective_at"],
        before=check.before,
        after=check.after or (),
        contract_manager_id=given["contract_manager_id"],
        reason=fact.data["reason"],
    )


def _insert_changes(
    checks: Sequence[Check],
    facts: Sequence[Fact],
    ledger: Ledger,
    now: datetime,
    by: Actor,
    reason: str,
    request_id: int | None,
) -> list[int]:
    rows = [
        (
            *(fact.about, check.facts["id"], check.facts["account_id"], _state(check, now).value),
            *(_partner(check), check.facts["effective_at"], check.terms.version),
            *(ledger.sequence(check.facts["id"]) + 1, fact.id),
            *(check.occasion, check.facts["undone_id"]),
        )
        for check, fact in zip(checks, facts, strict=True)
    ]
    same = {
        "at": ledger.at,
        "request": request_id,
        "by": by.person_id,
        "on_behalf_of": by.on_behalf_of,
        "door": by.door,
        "reason": reason,
    }
    columns = {f"c{place}": list(column) for place, column in enumerate(zip(*rows, strict=True))}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, {**same, **columns})
        ids = dict(cursor.fetchall())
    return [ids[fact.about] for fact in facts]


def _partner(check: Check) -> int | None:
    """The one partner after the change; None where there are several or none."""
    after = check.after or ()
    return after[0].partner_id if len(after) == 1 else None


def _insert_members(checks: Sequence[Check], ids: Sequence[int]) -> None:
    rows = []
    for check, id in zip(checks, ids, strict=True):
        for party, movement in movements(check.before, check.after or ()).items():
            before, after = party in check.before, party in (check.after or ())
            where = (id, check.facts["account_id"], party.partner_id, party.role)
            rows.append((*where, party.subscription_id, before, after, movement.value))
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, list(map(list, zip(*rows, strict=True))))


_CHANGES = """
INSERT INTO partner_change (number, agreement_id, account_id, state, partner_id, effective_at,
       policy_version, version, applied_event, applied_at, occasion, submitted_at, decided_at,
       undoes_id, request_id, by_id, on_behalf_of_id, door, reason, closed_reason)
SELECT c.number, c.agreement_id, c.account_id, c.state, c.partner_id, c.effective_at,
       c.policy_version, c.version,
       CASE WHEN c.state = 'applied' THEN c.event END,
       CASE WHEN c.state = 'applied' THEN %(at)s::timestamptz END,
       c.occasion, %(at)s, %(at)s,
       c.undoes, %(request)s, %(by)s, %(on_behalf_of)s, %(door)s, %(reason)s, ''
  FROM unnest(%(c0)s::text[], %(c1)s::bigint[], %(c2)s::bigint[], %(c3)s::text[],
              %(c4)s::bigint[], %(c5)s::timestamptz[], %(c6)s::int[], %(c7)s::int[],
              %(c8)s::uuid[], %(c9)s::text[], %(c10)s::bigint[])
       AS c(number, agreement_id, account_id, state, partner_id, effective_at, policy_version,
            version, event, occasion, undoes)
RETURNING number, id
"""
_MEMBERS = """
INSERT INTO partner_change_member (change_id, account_id, partner_id, role, subscription_id,
                                   before, after, movement)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[],
                     %s::boolean[], %s::boolean[], %s::text[])
"""
