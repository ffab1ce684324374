"""The tenures that a decided change supersedes and opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ofrecord.changes.check import Check


@dataclass(frozen=True)
class Opening:
    """A tenure to be: None as `until` is without end."""

    change_id: int
    agreement_id: int
    account_id: int
    subscription_id: int | None
    role: str
    partner_id: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Replacement:
    """What replacing the partner set of one agreement does to its tenures."""

    superseded: tuple[int, ...]
    opened: tuple[Opening, ...]


def replacement(check: Check, change_id: int) -> Replacement:
    """The set of `check.after` from its effective time on.

    A tenure that already is what is wanted stays as it is. One that began earlier is followed
    by its own shortened copy; one that would begin later is superseded whole.
    """
    given, at, wanted = check.facts, check.facts["effective_at"], check.after or ()
    kept = {
        each.party: each.tenure_id
        for each in check.standing
        if each.party in wanted and each.effective_from <= at and each.effective_until is None
    }
    ending = [each for each in check.standing if each.tenure_id not in kept.values()]
    where = (change_id, given["id"], given["account_id"])
    shortened = [
        Opening(*where, each.subscription_id, each.role, each.partner_id, each.effective_from, at)
        for each in ending
        if each.effective_from < at
    ]
    new = [
        Opening(*where, party.subscription_id, party.role, party.partner_id, at, None)
        for party in wanted
        if party not in kept
    ]
    return Replacement(tuple(each.tenure_id for each in ending), (*shortened, *new))


def supersede(ids_by_change: dict[int, Iterable[int]], at: datetime) -> None:
    """End what the system holds true of these tenures, each by its change."""
    pairs = [(id, change) for change, ids in ids_by_change.items() for id in ids]
    if pairs:
        _execute(_SUPERSEDE, [at, *map(list, zip(*pairs, strict=True))])


def open_all(openings: Iterable[Opening], at: datetime) -> None:
    """Write the tenures, recorded at `at`."""
    rows = [
        (
            *(o.change_id, o.agreement_id, o.account_id, o.subscription_id, o.role),
            *(o.partner_id, o.since, o.until),
        )
        for o in openings
    ]
    if rows:
        _execute(_OPEN, [at, *map(list, zip(*rows, strict=True))])


def _execute(sql: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


_SUPERSEDE = """
UPDATE tenure SET superseded_at = %s, superseded_by_id = ended.change_id
  FROM unnest(%s::bigint[], %s::bigint[]) AS ended(id, change_id)
 WHERE tenure.id = ended.id
"""
_OPEN = """
INSERT INTO tenure (recorded_at, opened_by_id, agreement_id, account_id, subscription_id, role,
                    partner_id, effective_from, effective_until)
SELECT %s, opening.*
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[],
              %s::timestamptz[], %s::timestamptz[]) AS opening
"""
