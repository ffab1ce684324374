"""The feed of events: none is lost, however late its transaction commits.

Events get their positions before they commit, so that reading on from the last position loses
those that commit late. A cursor therefore holds a snapshot of the database: what was visible in
it has been read. The next batch is what is visible now and was not visible then, in the order of
the positions; within a stream that is the order of the sequence, because each position is taken
under the lock of the subject. Nothing waits for the oldest open transaction. See decision 9.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ofrecord.api.pages import Row, lost, rows
from ofrecord.parties.actors import Actor

_SNAPSHOT = r"\d{1,19}:\d{1,19}:[\d,]*"
_CURSOR = re.compile(rf"1/(\d{{1,18}})/({_SNAPSHOT})/({_SNAPSHOT})?", re.ASCII)
BEGINNING = "3:3:"


@dataclass(frozen=True)
class Place:
    """What has been read: all that `seen` shows; and of what `target` shows, up to `position`."""

    seen: str = BEGINNING
    target: str = ""
    position: int = 0

    def __str__(self) -> str:
        return f"1/{self.position}/{self.seen}/{self.target}"

    @classmethod
    def parsed(cls, text: str) -> "Place":
        """The place that a cursor names; it need not be one that was ever given out."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise lost()
        position, seen, target = found.groups()
        for each in filter(None, (seen, target)):
            _demand_snapshot(each)
        return cls(seen, target or "", int(position))


def read(
    cursor: str | None, types: Sequence[str], limit: int, by: Actor
) -> tuple[list[Row], str, bool]:
    """The next events that the actor may see, where to go on, and whether there are more now.

    Call it inside `parties.context.seeing(by)`.
    """
    place = Place.parsed(cursor) if cursor else Place()
    asked = {
        "seen": place.seen,
        "target": place.target or None,
        "position": place.position,
        "bounded": not place.position and place.seen != BEGINNING,
        "first": place.seen == BEGINNING,
        "limit": limit + 1,
        "any": "*" in types,
        "types": list(types),
    }
    sql = _NEXT.format(mine=_mine(by))
    held = {"account": next(iter(by.accounts), 0), "partner": next(iter(by.partners), 0)}
    found = rows(sql, {**asked, **held})
    target = place.target or found[0]["target"]
    shown = [row for row in found[:limit] if row["body"] is not None]
    if len(found) > limit:
        return shown, str(Place(place.seen, target, shown[-1]["position"])), True
    return shown, str(Place(seen=target)), bool(place.target)


def _mine(by: Actor) -> str:
    """The part of the book that an index finds; row-level security says the same again."""
    if by.sees_everything:
        return "true"
    return "account_id = %(account)s" if by.accounts else "partner_id = %(partner)s"


def _demand_snapshot(text: str) -> None:
    lowest, highest, running = text.split(":")
    ids = [int(each) for each in running.split(",")] if running.strip(",") == running != "" else []
    inside = all(int(lowest) <= id < int(highest) for id in ids)
    rises = all(one < other for one, other in pairwise(ids))
    usual = running == "" or bool(ids)
    if not (3 <= int(lowest) <= int(highest) < 1 << 63 and inside and rises and usual):
        raise lost()


# A batch begins at the first position that the last snapshot may not have seen; `position + 0`
# keeps the planner from looking for it along the positions. An event that a restored dump brought
# along can bear the mark of a transaction still to come: the first batch shows it, no later one.
_NEXT = """
WITH now AS MATERIALIZED (
     SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS future,
            coalesce(%(target)s::pg_snapshot, pg_current_snapshot()) AS target),
low AS MATERIALIZED (
     SELECT greatest(%(position)s::bigint, min(position + 0) - 1) AS position FROM event
      WHERE %(bounded)s AND mark >= pg_snapshot_xmin(%(seen)s::pg_snapshot)::text::bigint),
next AS (
     SELECT event.position, event.body, event.sequence FROM event, now
      WHERE {mine} AND event.position > (SELECT position FROM low)
        AND (%(any)s OR event.type = ANY (%(types)s)
             OR split_part(event.type, '.', 1) || '.*' = ANY (%(types)s))
        AND CASE WHEN event.mark >= now.future THEN %(first)s
                 ELSE pg_visible_in_snapshot(event.mark::text::xid8, now.target)
                      AND NOT pg_visible_in_snapshot(event.mark::text::xid8,
                                                     %(seen)s::pg_snapshot) END
      ORDER BY event.position LIMIT %(limit)s)
SELECT now.target::text AS target, next.position, next.body
  FROM now LEFT JOIN next ON true ORDER BY next.position
"""
