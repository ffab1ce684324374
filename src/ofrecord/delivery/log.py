"""The log of deliveries: a list by keyset, and one delivery with what was said on both sides."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ofrecord.delivery.claims import HELD_BACK
from ofrecord.delivery.models import Attempt, Delivery
from ofrecord.delivery.sending import plain_headers

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which deliveries: of an endpoint, in a state, of a type (or `prefix.*`), of a subject.

    `subject` is a stream and an id in it. `after` and `before` are ids of deliveries: what
    follows one in the list (older ones), or comes before it.
    """

    endpoint_id: int | None = None
    state: str = ""
    type: str = ""
    subject: tuple[str, int] | None = None
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True)
class Entry:
    """A delivery as the log shows it. `held_back` when an earlier event has to go first."""

    id: int
    endpoint_id: int
    endpoint: str
    event_id: UUID
    type: str
    subject: str
    about: str
    sequence: int
    state: str
    required: bool
    replayed: bool
    created_at: datetime
    acknowledged_at: datetime | None
    next_try_at: datetime | None
    attempts: int
    last_status: int | None
    last_error: str
    waived_reason: str
    held_back: bool


@dataclass(frozen=True)
class Page:
    """Some entries, the newest first, and the ids at which the pages around them end."""

    entries: tuple[Entry, ...]
    earlier: int | None
    later: int | None


@dataclass(frozen=True)
class Exchange:
    """One try: what was sent, its signature masked, and what came back."""

    started_at: datetime
    milliseconds: int
    url: str
    headers: Mapping[str, str]
    status: int | None
    answer: str
    error: str


def page(wanted: Wanted, size: int = PAGE) -> Page:
    """A page of the log; call it inside `parties.context.seeing`. One statement."""
    backwards = wanted.before is not None
    rows = _fetch(wanted, size + 1, backwards)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page((), None, None)
    earlier = rows[0].id if (more if backwards else wanted.after is not None) else None
    later = rows[-1].id if (backwards or more) else None
    return Page(tuple(rows), earlier, later)


def entry(delivery_id: int) -> Entry | None:
    """One delivery, or None."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_ENTRIES} WHERE d.id = %s", [delivery_id])
        row = cursor.fetchone()
    return Entry(*row) if row else None


def exchanges(delivery: Delivery) -> list[Exchange]:
    """The tries of a delivery, the last one first."""
    length = len(bytes(delivery.event.body))
    tries = Attempt.objects.filter(delivery=delivery).order_by("-id")
    return [_exchange(delivery, each, length) for each in tries]


def body(delivery: Delivery) -> str:
    """The event as it is sent, laid out for reading."""
    return json.dumps(json.loads(bytes(delivery.event.body)), ensure_ascii=False, indent=2)


def _exchange(delivery: Delivery, tried: Attempt, length: int) -> Exchange:
    signed = {
        "webhook-id": str(delivery.event_id),
        "webhook-timestamp": str(int(tried.started_at.astimezone(UTC).timestamp())),
        "webhook-signature": " ".join(["v1,••••••••"] * tried.signatures),
    }
    plain = {}
    if tried.url:
        plain = plain_headers(tried.url, length, replayed=delivery.replay is not None)
    return Exchange(
        started_at=tried.started_at,
        milliseconds=tried.milliseconds,
        url=tried.url,
        headers={**plain, **signed},
        status=tried.status,
        answer=tried.answer,
        error=tried.error,
    )


def _fetch(wanted: Wanted, limit: int, backwards: bool) -> list[Entry]:
    conditions, given = _conditions(wanted)
    where = "WHERE " + " AND ".join(conditions) if conditions else ""
    order = "ASC" if backwards else "DESC"
    with connection.cursor() as cursor:
        cursor.execute(f"{_ENTRIES} {where} ORDER BY d.id {order} LIMIT %s", [*given, limit])
        return [Entry(*row) for row in cursor.fetchall()]


def _conditions(wanted: Wanted) -> tuple[list[str], Sequence[Any]]:
    family = wanted.type.removesuffix("*") if wanted.type.endswith(".*") else None
    asked = (
        ("d.endpoint_id = %s", (wanted.endpoint_id,) if wanted.endpoint_id else ()),
        ("d.state = %s", (wanted.state,) if wanted.state else ()),
        ("e.type = %s", (wanted.type,) if wanted.type and not family else ()),
        ("starts_with(e.type, %s)", (family,) if family else ()),
        (_OF_SUBJECT, wanted.subject or ()),
        ("d.id > %s", (wanted.before,) if wanted.before is not None else ()),
        ("d.id < %s", (wanted.after,) if wanted.after is not None else ()),
    )
    chosen = [(condition, values) for condition, values in asked if values]
    return [each for each, _ in chosen], [value for _, values in chosen for value in values]


_OF_SUBJECT = """
d.event_id IN (SELECT id FROM event WHERE stream = %s AND subject_id = %s)"""
_ENTRIES = f"""
SELECT d.id, d.endpoint_id, endpoint.name, d.event_id, e.type,
       convert_from(e.body, 'UTF8')::jsonb ->> 'subject', e.about, d.sequence, d.state,
       d.required, d.replay IS NOT NULL, d.created_at, d.acknowledged_at,
       CASE WHEN d.state = 'waiting' AND endpoint.paused_at IS NULL AND NOT {HELD_BACK}
            THEN d.next_try_at END,
       d.attempts, d.last_status, d.last_error, d.waived_reason,
       d.state = 'waiting' AND {HELD_BACK}
  FROM delivery AS d
  JOIN endpoint ON endpoint.id = d.endpoint_id
  JOIN event AS e ON e.id = d.event_id
"""
