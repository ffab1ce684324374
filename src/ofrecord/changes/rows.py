"""The rows of new changes and their members: two statements, however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ofrecord.changes.check import Check
from ofrecord.changes.consents.asking import Ask, asked
from ofrecord.changes.decided import Decided, movements
from ofrecord.changes.lifecycle import AWAITING
from ofrecord.changes.models import State
from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared
from ofrecord.journal.record import Fact
from ofrecord.parties.actors import Actor


@dataclass(frozen=True)
class Origin:
    """What a change came from, beside the request: a cause, and what a correction adds.

    `supersedes` is the open change that is called off by it (id and number), `proposed_by` who
    asked for what somebody else approves now.
    """

    cause: str = ""
    proposed_by: int | None = None
    supersedes: tuple[int, str] | None = None


ONLY_ASKED = Origin()


@dataclass(frozen=True)
class Making:
    """A change that nothing refuses, before it is written."""

    check: Check
    number: str
    reason: str
    origin: Origin

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """The consents that it has to wait for."""
        return asked(self.check)

    @cached_property
    def state(self) -> State:
        if self.asks:
            return AWAITING
        return due_state(self.check)

    @property
    def agreement_id(self) -> int:
        return int(self.check.facts["id"])

    @property
    def earlier(self) -> dict[str, tuple[int, str]]:
        """The earlier changes that it is about: their ids and numbers."""
        given, about = self.check.facts, {"undo": "undoes", "correction": "corrects"}
        named = {"supersedes": self.origin.supersedes} if self.origin.supersedes else {}
        if given["undone_id"] is not None:
            named[about[self.check.occasion]] = (given["undone_id"], given["undone_number"])
        return named

    def decided(self, change_id: int, state: State | None = None) -> Decided:
        """As letters and further acts see it, once it is written."""
        return decided_of(self.check, change_id, self.number, state or self.state, self.reason)


def due_state(check: Check) -> State:
    """The state of a change that is decided now, by its effective time."""
    due = check.facts["effective_at"] <= clock.business_now()
    return State.APPLIED if due else State.SCHEDULED


def decided_of(check: Check, change_id: int, number: str, state: State, reason: str) -> Decided:
    given = check.facts
    return Decided(
        change_id=change_id,
        number=number,
        agreement_id=given["id"],
        reference=given["reference"],
        purchasing_model=given["purchasing_model"],
        account_id=given["account_id"],
        account_name=given["account_name"],
        state=state.value,
        effective_at=given["effective_at"],
        before=check.before,
        after=check.after or (),
        contract_manager_id=given["contract_manager_id"],
        reason=reason,
    )


def insert(
    making: Sequence[Making],
    facts: Sequence[Fact],
    versions: Sequence[int],
    at: datetime,
    by: Actor,
    request_id: int | None,
) -> list[int]:
    """Write the changes, each with its first event and the version that this one is; their ids."""
    rows = [
        _row(m, fact, version) for m, fact, version in zip(making, facts, versions, strict=True)
    ]
    columns = {f"c{place}": list(column) for place, column in enumerate(zip(*rows, strict=True))}
    same = {
        "at": at,
        "request": request_id,
        "by": by.person_id,
        "on_behalf_of": by.on_behalf_of,
        "door": by.door,
        "reason": making[0].reason,
    }
    with prepared() as cursor:
        cursor.execute(_CHANGES, {**same, **columns})
        ids = dict(cursor.fetchall())
    found = [ids[each.number] for each in making]
    _insert_members(making, found)
    return found


def _row(making: Making, fact: Fact, version: int) -> tuple[Any, ...]:
    given, origin = making.check.facts, making.origin
    named = {name: id for name, (id, _number) in making.earlier.items()}
    return (
        *(making.number, given["id"], given["account_id"], making.state.value, _partner(making)),
        *(given["effective_at"], given["effective_until"], making.check.terms.version),
        *(version, fact.id, making.check.occasion, origin.cause, origin.proposed_by),
        *(named.get("undoes"), named.get("corrects"), named.get("supersedes")),
    )


def _partner(making: Making) -> int | None:
    """The one partner after the change; None where there are several or none."""
    after = making.check.after or ()
    return after[0].partner_id if len(after) == 1 else None


def _insert_members(making: Sequence[Making], ids: Sequence[int]) -> None:
    rows = []
    for each, id in zip(making, ids, strict=True):
        before, after = each.check.before, each.check.after or ()
        for party, movement in movements(before, after).items():
            where = (id, each.check.facts["account_id"], party.partner_id, party.role)
            sides = (party in before, party in after)
            rows.append((*where, party.subscription_id, *sides, movement.value))
    with prepared() as cursor:
        cursor.execute(_MEMBERS, list(map(list, zip(*rows, strict=True))))


_CHANGES = """
INSERT INTO partner_change (number, agreement_id, account_id, state, partner_id, effective_at,
       effective_until, policy_version, version, applied_event, applied_at, decided_at, occasion,
       cause, proposed_by_id, undoes_id, corrects_id, supersedes_id, submitted_at, request_id,
       by_id, on_behalf_of_id, door, reason, closed_reason)
SELECT c.number, c.agreement_id, c.account_id, c.state, c.partner_id, c.effective_at,
       c.effective_until, c.policy_version, c.version,
       CASE WHEN c.state = 'applied' THEN c.event END,
       CASE WHEN c.state = 'applied' THEN %(at)s::timestamptz END,
       CASE WHEN c.state <> 'awaiting_consent' THEN %(at)s::timestamptz END,
       c.occasion, c.cause, c.proposed_by, c.undoes, c.corrects, c.supersedes, %(at)s,
       %(request)s, %(by)s, %(on_behalf_of)s, %(door)s, %(reason)s, ''
  FROM unnest(%(c0)s::text[], %(c1)s::bigint[], %(c2)s::bigint[], %(c3)s::text[],
              %(c4)s::bigint[], %(c5)s::timestamptz[], %(c6)s::timestamptz[], %(c7)s::int[],
              %(c8)s::int[], %(c9)s::uuid[], %(c10)s::text[], %(c11)s::text[],
              %(c12)s::bigint[], %(c13)s::bigint[], %(c14)s::bigint[], %(c15)s::bigint[])
       AS c(number, agreement_id, account_id, state, partner_id, effective_at, effective_until,
            policy_version, version, event, occasion, cause, proposed_by, undoes, corrects,
            supersedes)
RETURNING number, id
"""
_MEMBERS = """
INSERT INTO partner_change_member (change_id, account_id, partner_id, role, subscription_id,
                                   before, after, movement)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[],
                     %s::boolean[], %s::boolean[], %s::text[])
"""
