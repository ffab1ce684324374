"""The tenures that a decided change supersedes and opens."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ofrecord.changes.check import Check, Standing
from ofrecord.journal.prepared import prepared


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


def replace(checks: Mapping[int, Check], at: datetime) -> None:
    """Put the partner sets of `check.after` in force, each by its change: two statements."""
    moved = {change_id: replacement(check, change_id) for change_id, check in checks.items()}
    supersede({change_id: each.superseded for change_id, each in moved.items()}, at)
    open_all((opening for each in moved.values() for opening in each.opened), at)


def replacement(check: Check, change_id: int) -> Replacement:
    """The set of `check.after`, from its effective time on, or for the period of a correction.

    A tenure that already is what is wanted stays as it is. What reaches beyond the period at
    either side is followed by its own shortened copies.
    """
    given, wanted = check.facts, check.after or ()
    since, until = given["effective_at"], given["effective_until"]
    kept = {
        each.party: each.tenure_id
        for each in check.standing
        if each.party in wanted and each.effective_from <= since and _lasts(each, until)
    }
    ending = [each for each in check.standing if each.tenure_id not in kept.values()]
    where = (change_id, given["id"], given["account_id"])
    around = [
        Opening(*where, each.subscription_id, each.role, each.partner_id, *span)
        for each in ending
        for span in _outside(each, since, until)
    ]
    new = [
        Opening(*where, party.subscription_id, party.role, party.partner_id, since, until)
        for party in wanted
        if party not in kept
    ]
    return Replacement(tuple(each.tenure_id for each in ending), (*around, *new))


def _lasts(standing: Standing, until: datetime | None) -> bool:
    """Whether a tenure reaches to the end of the period."""
    end = standing.effective_until
    return end is None or (until is not None and end >= until)


def _outside(
    standing: Standing, since: datetime, until: datetime | None
) -> Iterator[tuple[datetime, datetime | None]]:
    """What a tenure has before the period and after it."""
    if standing.effective_from < since:
        yield standing.effective_from, since
    end = standing.effective_until
    if until is not None and (end is None or end > until):
        yield until, end


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
    with prepared() as cursor:
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
