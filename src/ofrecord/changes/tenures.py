"""The tenures that a decided change supersedes and opens."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ofrecord.changes.check import Check, Standing
from ofrecord.journal.prepared import prepared


class Opening(NamedTuple):
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
    """Put the partner sets of `check.after` in force, each by its change."""
    _put(replacing(checks), at)


def replacing(checks: Mapping[int, Check]) -> dict[str, list[Any]]:
    """What `SUPERSEDE` and `OPEN` are given to do so, as parts of a larger statement."""
    moved = {change_id: replacement(check, change_id) for change_id, check in checks.items()}
    ended = ((id, change_id) for change_id, each in moved.items() for id in each.superseded)
    return _columns(ended, (opening for each in moved.values() for opening in each.opened))


def replacement(check: Check, change_id: int) -> Replacement:
    """The set of `check.after`, from its effective time on, or for the period of a correction.

    A tenure that already is what is wanted stays as it is, as do those of members that are not
    replaced. What reaches beyond the period at either side is followed by its own shortened
    copies.
    """
    given = check.facts
    standing = [each for each in check.standing if check.touches(each)]
    wanted = (check.after or ()) if given["partner_id"] is None else check.begins
    since, until = given["effective_at"], given["effective_until"]
    kept = {
        each.party: each.tenure_id
        for each in standing
        if each.party in wanted and each.effective_from <= since and _lasts(each, until)
    }
    ending = [each for each in standing if each.tenure_id not in kept.values()]
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


def supersede(change_id: int, ids: Iterable[int], by: Iterable[Opening], at: datetime) -> None:
    """End what the system holds true of these tenures, by this change, and hold others true."""
    _put(_columns(((id, change_id) for id in ids), by), at)


def _put(columns: dict[str, list[Any]], at: datetime) -> None:
    with prepared() as cursor:
        cursor.execute(f"WITH ended AS ({SUPERSEDE}) {OPEN}", {**columns, "at": at})


def _columns(ended: Iterable[tuple[int, int]], opened: Iterable[Opening]) -> dict[str, list[Any]]:
    return {
        **_named("ended", ended, 2),
        **_named("opened", opened, len(Opening._fields)),
    }


def _named(name: str, rows: Iterable[tuple[Any, ...]], width: int) -> dict[str, list[Any]]:
    columns = list(map(list, zip(*rows, strict=True))) or [[] for _ in range(width)]
    return {f"{name}_{place}": column for place, column in enumerate(columns)}


SUPERSEDE = """
UPDATE tenure SET superseded_at = %(at)s, superseded_by_id = ended.change_id
  FROM unnest(%(ended_0)s::bigint[], %(ended_1)s::bigint[]) AS ended(id, change_id)
 WHERE tenure.id = ended.id RETURNING tenure.id
"""
# What was superseded first makes room for what is opened: the sum is asked for that order alone.
OPEN = """
INSERT INTO tenure (recorded_at, opened_by_id, agreement_id, account_id, subscription_id, role,
                    partner_id, effective_from, effective_until)
SELECT %(at)s, opening.*
  FROM unnest(%(opened_0)s::bigint[], %(opened_1)s::bigint[], %(opened_2)s::bigint[],
              %(opened_3)s::bigint[], %(opened_4)s::text[], %(opened_5)s::bigint[],
              %(opened_6)s::timestamptz[], %(opened_7)s::timestamptz[]) AS opening
 WHERE (SELECT count(*) FROM ended) >= 0
"""
