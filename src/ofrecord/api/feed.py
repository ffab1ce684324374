"""The feed of events: none is lost, however late its transaction commits.

Events get their positions before they commit, so that reading on from the last position loses
those that commit late. A cursor therefore holds a snapshot of the database: what was visible in
it has been read. The next batch is what is visible now and was not visible then, in the order of
the positions; within a stream that is the order of the sequence, because each position is taken
under the lock of the subject. Nothing waits for the oldest open transaction. See decision 13.

A snapshot means nothing in another life of the database: after a restore, or the promotion of a
standby that had fallen behind. The cursor names the life it is of, and in another one the reader
goes on by time, from a day before its last answer: it gets some events again, and misses none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ofrecord.api.pages import Row, lost, rows
from ofrecord.changes.corrections import OF_VENDOR
from ofrecord.parties.actors import Actor

_SNAPSHOT = r"\d{1,19}:\d{1,19}:[\d,]*"
_CURSOR = re.compile(
    rf"1/(\d{{1,20}}-\d{{1,10}})/(\d{{1,11}})/(\d{{1,11}})/(\d{{1,18}})/({_SNAPSHOT})/({_SNAPSHOT})?",
    re.ASCII,
)
BEGINNING = "3:3:"
OVERLAP = 86_400


@dataclass(frozen=True)
class Place:
    """What has been read: all that `seen` shows; and of what `target` shows, up to `position`.

    `read_at` is when `seen` was taken, and `since` the time before which this batch leaves events
    out, both in seconds of the epoch; 0 stands for the beginning.
    """

    life: str
    read_at: int = 0
    since: int = 0
    position: int = 0
    seen: str = BEGINNING
    target: str = ""

    def __str__(self) -> str:
        times = f"{self.read_at}/{self.since}/{self.position}"
        return f"1/{self.life}/{times}/{self.seen}/{self.target}"

    @classmethod
    def parsed(cls, text: str) -> "Place":
        """The place that a cursor names; it need not be one that was ever given out."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise lost()
        life, read_at, since, position, seen, target = found.groups()
        for each in filter(None, (seen, target)):
            _demand_snapshot(each)
        return cls(life, int(read_at), int(since), int(position), seen, target or "")

    def in_life(self, life: str) -> "Place":
        """The same place in this life of the database."""
        if life == self.life:
            return self
        return Place(life, since=max(0, self.read_at - OVERLAP))


def read(
    cursor: str | None, types: Sequence[str], limit: int, by: Actor
) -> tuple[list[Row], str, bool]:
    """The next events that the actor may see, where to go on, and whether there are more now.

    Call it inside `parties.context.seeing(by)`.
    """
    (now,) = rows(_NOW, {})
    place = Place.parsed(cursor).in_life(now["life"]) if cursor else Place(now["life"])
    found = _next(place, types, limit + 1, by)
    target = place.target or found[0]["target"]
    shown = [row for row in found[:limit] if row["body"] is not None]
    if len(found) > limit:
        return shown, str(replace(place, target=target, position=shown[-1]["position"])), True
    read_at = place.read_at if place.target else now["at"]
    return shown, str(Place(place.life, read_at, seen=target)), bool(place.target)


def _next(place: Place, types: Sequence[str], limit: int, by: Actor) -> list[Row]:
    """Up to `limit` events after this place; one row without a body where there is none."""
    return rows(
        _NEXT.format(mine=_mine(by)),
        {
            "seen": place.seen,
            "target": place.target or None,
            "position": place.position,
            "since": place.since,
            "bounded": not place.position and place.seen != BEGINNING,
            "first": place.seen == BEGINNING,
            "limit": limit,
            "any": "*" in types,
            "types": list(types),
            "account": next(iter(by.accounts), 0),
            "partner": next(iter(by.partners), 0),
            "of_vendor": list(OF_VENDOR),
        },
    )


def _mine(by: Actor) -> str:
    """The part of the book that an index finds, which row-level security says again; without
    what is the vendor's own: its events have to be seen in the stream, but not told.
    """
    if by.sees_everything:
        return "true"
    place = "account_id = %(account)s" if by.accounts else "partner_id = %(partner)s"
    return f"{place} AND event.type <> ALL (%(of_vendor)s)"


def _demand_snapshot(text: str) -> None:
    lowest, highest, running = text.split(":")
    ids = [int(each) for each in running.split(",")] if running.strip(",") == running != "" else []
    inside = all(int(lowest) <= id < int(highest) for id in ids)
    rises = all(one < other for one, other in pairwise(ids))
    usual = running == "" or bool(ids)
    if not (3 <= int(lowest) <= int(highest) < 1 << 63 and inside and rises and usual):
        raise lost()


_NOW = """
SELECT concat((SELECT system_identifier FROM pg_control_system()), '-',
              (SELECT timeline_id FROM pg_control_checkpoint())) AS life,
       extract(epoch FROM clock_timestamp())::bigint AS at
"""
# A batch begins at the first position that the last snapshot may not have seen, and nowhere if
# there is none; `position + 0` keeps the planner from looking for it along the positions. An
# event that a restored dump brought along can bear the mark of a transaction still to come: the
# first batch shows it, no later one.
_NEXT = """
WITH now AS MATERIALIZED (
     SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS future,
            coalesce(%(target)s::pg_snapshot, pg_current_snapshot()) AS target),
low AS MATERIALIZED (
     SELECT CASE WHEN %(bounded)s THEN coalesce(min(position + 0) - 1, 9223372036854775807)
                 ELSE %(position)s::bigint END AS position
       FROM event, now
      WHERE %(bounded)s AND mark >= pg_snapshot_xmin(%(seen)s::pg_snapshot)::text::bigint
        AND mark < now.future),
next AS (
     SELECT event.position, event.body, event.sequence FROM event, now
      WHERE {mine} AND event.position > (SELECT position FROM low)
        AND (%(since)s = 0 OR event.recorded_at >= to_timestamp(%(since)s))
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
