"""The rows of new changes, with all that belongs to them: one statement, however many.

The changes, their members, their tenures, the facts, and the versions of the agreements are
written together: what each costs beside the database is the round trip.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property

from ofrecord.agreements import versions
from ofrecord.changes import numbers, tenures
from ofrecord.changes.check import Check
from ofrecord.changes.consents.asking import Ask, asked
from ofrecord.changes.decided import Decided
from ofrecord.changes.lifecycle import AWAITING
from ofrecord.changes.members import as_json
from ofrecord.changes.models import State
from ofrecord.journal import clock
from ofrecord.journal.prepared import execute_parts, prepared
from ofrecord.journal.record import RECORD, Fact, Ledger
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
class Act:
    """Whose act a change is: who did it, why, on which request, and what it came from."""

    by: Actor
    reason: str
    request_id: int | None
    origin: Origin = ONLY_ASKED


SEQUENCES = (numbers.SEQUENCE, "partner_change_id_seq")
"""From which a change has its number and its id."""


@dataclass(frozen=True)
class Making:
    """A change that nothing refuses, before it is written."""

    check: Check
    number: str
    act: Act

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
        supersedes = self.act.origin.supersedes
        named = {"supersedes": supersedes} if supersedes else {}
        if given["undone_id"] is not None:
            named[about[self.check.occasion]] = (given["undone_id"], given["undone_number"])
        return named

    def decided(self, change_id: int, state: State | None = None) -> Decided:
        """As letters and further acts see it, once it is written."""
        return decided_of(self.check, change_id, self.number, state or self.state, self.act.reason)


Part = tuple[Mapping[int, Making], Sequence[Fact]]


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
        occasion=check.occasion,
        partner_id=given["partner_id"],
        overridden=check.overridden,
        effective_until=given["effective_until"],
    )


def write(parts: Iterable[Part], ledger: Ledger, *, in_parts: bool) -> bool:
    """Write the changes, by their ids, each with its first fact.

    Whether there is a system at all that changes wait for. With `in_parts` each part is made
    while the database writes the one before; without, there is one.
    """
    given = (_parameters(*part, ledger) for part in parts)
    if in_parts:
        found = execute_parts(_WRITE, given)
    else:
        with prepared() as cursor:
            cursor.execute(_WRITE, next(given))
            found = cursor.fetchone()
    return bool(found[0])


def _parameters(
    making: Mapping[int, Making], facts: Sequence[Fact], ledger: Ledger
) -> dict[str, Any]:
    agreements = [each.agreement_id for each in making.values()]
    acts = list({id(each.act): each.act for each in making.values()}.values())
    places = {id(act): place for place, act in enumerate(acts, 1)}
    rows = [
        (change, ledger.sequence(each.agreement_id) + 1, fact.id, places[id(each.act)], *_row(each))
        for (change, each), fact in zip(making.items(), facts, strict=True)
    ]
    signed = zip(facts, (each.act.by.by for each in making.values()), strict=True)
    decided = {id: each.check for id, each in making.items() if not each.asks}
    return {
        **_columns("c", rows),
        **_columns("m", [row for id, each in making.items() for row in _members(id, each)]),
        **tenures.replacing(decided),
        **_columns("a", [_act(act) for act in acts]),
        **ledger.recording(signed),
        **versions.raising(ledger, agreements, moved=True),
        "at": ledger.at,
    }


def _columns(name: str, rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {f"{name}{place}": list(column) for place, column in enumerate(zip(*rows, strict=True))}


def _row(making: Making) -> tuple[Any, ...]:
    given, origin = making.check.facts, making.act.origin
    named = {name: id for name, (id, _number) in making.earlier.items()}
    return (
        *(making.number, given["id"], given["account_id"], making.state.value, _partner(making)),
        *(given["effective_at"], given["effective_until"], making.check.terms.version),
        *(making.check.occasion, origin.cause, origin.proposed_by),
        *(named.get("undoes"), named.get("corrects"), named.get("supersedes")),
        *(as_json(making.check.members), json.dumps(making.check.overridden)),
    )


def _act(act: Act) -> tuple[Any, ...]:
    by = act.by
    return act.request_id, by.person_id, by.on_behalf_of, by.door, act.reason


def _partner(making: Making) -> int | None:
    """The new partner, or the one that is restored; None where there are several or none."""
    if named := making.check.facts["partner_id"]:
        return int(named)
    after = making.check.after or ()
    return after[0].partner_id if len(after) == 1 else None


def _members(id: int, making: Making) -> Iterator[tuple[Any, ...]]:
    before, after = making.check.before, making.check.after or ()
    for party, movement in making.check.moves.items():
        where = (id, making.check.facts["account_id"], party.partner_id, party.role)
        yield (*where, party.subscription_id, party in before, party in after, movement.value)


_WRITE = f"""
WITH member AS (
     INSERT INTO partner_change_member (change_id, account_id, partner_id, role, subscription_id,
                                        before, after, movement)
     SELECT * FROM unnest(%(m0)s::bigint[], %(m1)s::bigint[], %(m2)s::bigint[], %(m3)s::text[],
                          %(m4)s::bigint[], %(m5)s::boolean[], %(m6)s::boolean[], %(m7)s::text[])),
     ended AS ({tenures.SUPERSEDE}),
     opened AS ({tenures.OPEN}),
     recorded AS ({RECORD}),
     raised AS ({versions.RAISE})
INSERT INTO partner_change (id, version, number, agreement_id, account_id, state, partner_id,
       effective_at, effective_until, policy_version, applied_event, applied_at, decided_at,
       occasion, cause, proposed_by_id, undoes_id, corrects_id, supersedes_id, submitted_at,
       request_id, by_id, on_behalf_of_id, door, reason, closed_reason, "only", overridden)
SELECT c.id, c.version, c.number, c.agreement_id, c.account_id, c.state, c.partner_id,
       c.effective_at, c.effective_until, c.policy_version,
       CASE WHEN c.state = 'applied' THEN c.event END,
       CASE WHEN c.state = 'applied' THEN %(at)s::timestamptz END,
       CASE WHEN c.state <> 'awaiting_consent' THEN %(at)s::timestamptz END,
       c.occasion, c.cause, c.proposed_by, c.undoes, c.corrects, c.supersedes, %(at)s,
       (%(a0)s::bigint[])[c.act], (%(a1)s::bigint[])[c.act], (%(a2)s::bigint[])[c.act],
       (%(a3)s::text[])[c.act], (%(a4)s::text[])[c.act], '', c."only",
       ARRAY(SELECT jsonb_array_elements_text(c.overridden))
  FROM unnest(%(c0)s::bigint[], %(c1)s::int[], %(c2)s::uuid[], %(c3)s::int[], %(c4)s::text[],
              %(c5)s::bigint[], %(c6)s::bigint[], %(c7)s::text[], %(c8)s::bigint[],
              %(c9)s::timestamptz[], %(c10)s::timestamptz[], %(c11)s::int[], %(c12)s::text[],
              %(c13)s::text[], %(c14)s::bigint[], %(c15)s::bigint[], %(c16)s::bigint[],
              %(c17)s::bigint[], %(c18)s::jsonb[], %(c19)s::jsonb[])
       AS c(id, version, event, act, number, agreement_id, account_id, state, partner_id,
            effective_at, effective_until, policy_version, occasion, cause, proposed_by, undoes,
            corrects, supersedes, "only", overridden)
RETURNING (SELECT EXISTS (
          SELECT FROM endpoint WHERE active AND required
             AND types && ARRAY['partner_change.applied', 'partner_change.*']))
"""
