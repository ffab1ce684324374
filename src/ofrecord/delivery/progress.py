"""How far events have come: what the tracker of a change shows, one line a system."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from ofrecord.delivery.claims import HELD_BACK
from ofrecord.delivery.models import DeliveryState


@dataclass(frozen=True)
class Progress:
    """One event at one endpoint.

    `usual_seconds` is the 95th percentile of the endpoint's last 100 acknowledged deliveries,
    None while there are none. `late_since` is set when it still waits past that; `held_back` when
    an earlier event of the same agreement has to go first, and `paused` when its endpoint is, so
    that there is no next try yet.
    """

    event_id: UUID
    delivery_id: int
    endpoint_id: int
    endpoint: str
    required: bool
    state: str
    created_at: datetime
    acknowledged_at: datetime | None
    attempts: int
    next_try_at: datetime | None
    last_status: int | None
    last_error: str
    held_back: bool
    paused: bool
    usual_seconds: float | None
    late_since: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is not acknowledged."""
        if self.acknowledged_at is None:
            return None
        return (self.acknowledged_at - self.created_at).total_seconds()


def progress(event_ids: Sequence[UUID]) -> dict[UUID, list[Progress]]:
    """The deliveries of these events, in the order of the endpoints' names; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERIES, [list(event_ids)])
        rows = cursor.fetchall()
        cursor.execute(_USUAL, [sorted({row[2] for row in rows})])
        usual: dict[int, float] = dict(cursor.fetchall())
    lines = defaultdict(list)
    for *columns, now in rows:
        lines[columns[0]].append(_line(columns, usual.get(columns[2]), now))
    return dict(lines)


def _line(columns: list[Any], usual: float | None, now: datetime) -> Progress:
    line = Progress(*[*columns, usual, None])
    if line.state not in (DeliveryState.WAITING, DeliveryState.PARKED) or usual is None:
        return line
    due = line.created_at + timedelta(seconds=usual)
    return replace(line, late_since=due if due < now else None)


_DELIVERIES = f"""
SELECT d.event_id, d.id, d.endpoint_id, endpoint.name, d.required, d.state, d.created_at,
       d.acknowledged_at, d.attempts,
       CASE WHEN d.state = 'waiting' AND NOT behind.held AND endpoint.paused_at IS NULL
            THEN d.next_try_at END,
       d.last_status, d.last_error, behind.held,
       d.state = 'waiting' AND endpoint.paused_at IS NOT NULL, clock_timestamp()
  FROM delivery AS d JOIN endpoint ON endpoint.id = d.endpoint_id
 CROSS JOIN LATERAL (
       SELECT d.state = 'waiting' AND {HELD_BACK} AS held) AS behind
 WHERE d.event_id = ANY (%s) AND d.replay IS NULL
 ORDER BY d.event_id, endpoint.name, d.id
"""
_USUAL = "SELECT endpoint_id, seconds FROM usual_seconds(%s::bigint[])"
