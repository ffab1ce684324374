"""Lock and lift: an account keeps its partners as they are, until two people say otherwise."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from ofrecord.agreements import versions
from ofrecord.agreements.models import Agreement
from ofrecord.changes import lock_letters, refusals
from ofrecord.changes.check import Check, check_ids
from ofrecord.delivery import wake
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person


def lock(references: Sequence[str], *, by: Actor, reason: str) -> list[str]:
    """Lock agreements, all of them or none; returns those that were not locked before.

    To lock again takes back that somebody has asked to lift it. Refused as `not_found`,
    `not_permitted` or `reason_missing`.
    """
    with seeing(by):
        checks = _taken(references, by, reason)
        free = [check for check in checks if not check.facts["locked"]]
        asked = _asked([check.facts["id"] for check in checks])
        kept = [check for check in checks if check.facts["id"] in asked]
        at = _tell([*free, *kept], "agreement.locked", by, reason)
        _execute(_LOCK, free, at, by, reason)
        _execute(_KEEP, kept, at, by, reason)
    return [check.reference for check in free]


def lift(references: Sequence[str], *, by: Actor, reason: str) -> list[str]:
    """Lift the locks, all of them or none: the first person asks, a second one lifts.

    Returns the agreements that are free now; the others wait for another person. Where who asked
    may not change the partner any more, it is asked anew. Refused as `not_found`, `not_permitted`
    or `reason_missing`.
    """
    with seeing(by):
        locked = [check for check in _taken(references, by, reason) if check.facts["locked"]]
        askers = standing_asks([check.facts["id"] for check in locked])
        asked = [check for check in locked if check.facts["id"] not in askers]
        others = (None, by.judged_person)
        lifted = [check for check in locked if askers.get(check.facts["id"]) not in others]
        _execute(_ASK, asked, _tell(asked, "agreement.lift_asked", by, reason), by, reason)
        _execute(_LIFT, lifted, _tell(lifted, "agreement.lifted", by, reason), by, reason)
        lock_letters.compose("lift_asked", asked, by, reason.strip())
        lock_letters.compose("lifted", lifted, by, reason.strip())
    wake.wake()
    return [check.reference for check in lifted]


def standing_asks(agreement_ids: Sequence[int]) -> dict[int, int]:
    """Who of these agreements' people has asked to lift the lock, and could still lift it."""
    asked = _asked(agreement_ids)
    active = set(
        Person.objects.filter(pk__in=asked.values(), is_active=True).values_list("pk", flat=True)
    )
    of_person: dict[int, list[int]] = defaultdict(list)
    for agreement, person in asked.items():
        if person in active:
            of_person[person].append(agreement)
    return {
        agreement: person
        for person, theirs in of_person.items()
        for agreement, check in check_ids(theirs, partner=None, person=person).items()
        if check.facts["permitted"]
    }


def _taken(references: Sequence[str], by: Actor, reason: str) -> list[Check]:
    """The agreements under their locks, where the actor may change them all."""
    wanted = list(dict.fromkeys(references))
    refusals.usable(wanted, reason)
    rows = Agreement.objects.visible_to(by).filter(reference__in=wanted).order_by("id")
    ids = dict(rows.select_for_update(of=("self",)).values_list("reference", "id"))
    if missing := [each for each in wanted if each not in ids]:
        raise refusals.refused([refusals.not_found(each) for each in missing])
    checks = list(check_ids(list(ids.values()), partner=None, person=by.judged_person).values())
    for check in checks:
        refusals.permitted(check.verdicts)
    return checks


def _tell(checks: Sequence[Check], type: str, by: Actor, reason: str) -> datetime:
    ids = [check.facts["id"] for check in checks]
    ledger = open_ledger("agreement", ids)
    facts = [
        Fact(
            subject_id=check.facts["id"],
            type=type,
            subject=check.reference,
            account_id=check.facts["account_id"],
            data={"agreement": check.reference, "reason": reason.strip()},
        )
        for check in checks
    ]
    ledger.record(facts, by.by)
    versions.raise_to(ledger, ids, moved=type != "agreement.lift_asked")
    return ledger.at


def _asked(agreement_ids: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [list(agreement_ids)])
        return dict(cursor.fetchall())


def _execute(sql: str, checks: Sequence[Check], at: datetime, by: Actor, reason: str) -> None:
    ids, accounts = ([check.facts[name] for check in checks] for name in ("id", "account_id"))
    given: dict[str, Any] = {"ids": ids, "accounts": accounts, "at": at, "by": by.judged_person}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**given, "reason": reason.strip()})


_LOCK = """
INSERT INTO agreement_lock (agreement_id, account_id, reason, locked_at, locked_by_id)
SELECT id, account, %(reason)s, %(at)s, %(by)s
  FROM unnest(%(ids)s::bigint[], %(accounts)s::bigint[]) AS locked(id, account)
"""
_ASKED = """
SELECT agreement_id, lift_asked_by_id FROM agreement_lock
 WHERE agreement_id = ANY (%s) AND lifted_at IS NULL AND lift_asked_by_id IS NOT NULL
"""
_KEEP = """
UPDATE agreement_lock SET lift_asked_at = NULL, lift_asked_by_id = NULL
 WHERE agreement_id = ANY (%(ids)s) AND lifted_at IS NULL
"""
_ASK = """
UPDATE agreement_lock SET lift_asked_at = %(at)s, lift_asked_by_id = %(by)s
 WHERE agreement_id = ANY (%(ids)s) AND lifted_at IS NULL
"""
_LIFT = """
UPDATE agreement_lock SET lifted_at = %(at)s, lifted_by_id = %(by)s
 WHERE agreement_id = ANY (%(ids)s) AND lifted_at IS NULL
"""
