"""Anchors: now and then one signature over the heads of all streams.

Each stream keeps a chain of hashes, which shows whoever alters one event and not those after it.
An anchor shows whoever altered those after it too: it fixes the head of every stream that moved
since the anchor before, and that anchor itself. Every receipt and statement names the latest
anchor, and so carries it out of the house.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from ofrecord.journal import settled, signing

KIND = "anchor"
MARGIN = timedelta(minutes=1)
"""How far a stepped clock may fall back without an event slipping in below an anchor."""


@dataclass(frozen=True)
class Anchor:
    """An anchor as it is kept: `root` covers what was recorded up to `until`."""

    number: int
    until: datetime
    root: bytes
    body: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the signed document, by which the next anchor and receipts name it."""
        return hashlib.sha256(self.body).hexdigest()

    def as_data(self) -> dict[str, Any]:
        return {"number": self.number, "until": self.until, "sha256": self.digest}


def take(margin: timedelta = MARGIN) -> Anchor | None:
    """Anchor what was recorded since the last anchor; None when that is nothing.

    Call it inside `parties.context.seeing` of the system.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        before = latest()
        since = before.until if before else None
        until = settled.settled_until() - margin
        cursor.execute(ROOT, {"since": since, "until": until})
        (root,) = cursor.fetchone()
        if root is None or (since and until <= since):
            return None
        anchor = _signed(before, until, bytes(root))
        cursor.execute(_KEEP, [anchor.number, anchor.until, anchor.root, anchor.body])
    return anchor


def latest() -> Anchor | None:
    """The last anchor that was taken."""
    return next(_read("ORDER BY number DESC LIMIT 1"), None)


def every(first: int = 1) -> Iterator[Anchor]:
    """The anchors from that number on, in order."""
    return _read("WHERE number >= %s ORDER BY number", [first])


def said(anchor: Anchor, before: Anchor | None) -> dict[str, Any]:
    """What the signed document of an anchor says."""
    return {
        "number": anchor.number,
        "since": before.until.astimezone(UTC) if before else None,
        "until": anchor.until.astimezone(UTC),
        "root": anchor.root.hex(),
        "previous": before.digest if before else None,
    }


def _signed(before: Anchor | None, until: datetime, root: bytes) -> Anchor:
    draft = Anchor(before.number + 1 if before else 1, until, root, b"")
    content = {"source": settings.OFRECORD_BASE_URL, **said(draft, before)}
    return Anchor(draft.number, until, root, signing.sign(KIND, content))


def _read(which: str, given: list[Any] | None = None) -> Iterator[Anchor]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number, until, root, body FROM anchor {which}", given)
        rows = cursor.fetchall()
    return (Anchor(number, until, bytes(root), bytes(body)) for number, until, root, body in rows)


_ONE_AT_A_TIME = 0x0F_5EC0_91
LEAF = "sha256(convert_to(concat_ws(' ', stream, subject_id, sequence), 'UTF8') || hash)"
ROOT = f"""
SELECT sha256(string_agg({LEAF}, '' ORDER BY stream COLLATE "C", subject_id))
  FROM (SELECT DISTINCT ON (stream, subject_id) stream, subject_id, sequence, hash FROM event
         WHERE recorded_at > coalesce(%(since)s::timestamptz, '-infinity')
           AND recorded_at <= %(until)s
         ORDER BY stream, subject_id, sequence DESC) AS head
"""
_KEEP = """
INSERT INTO anchor (number, until, root, body, taken_at) VALUES (%s, %s, %s, %s, clock_timestamp())
"""
