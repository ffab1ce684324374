"""Writing facts.

A verb that holds the lock on its subjects opens their `Ledger` (one statement: the time and
the heads of the streams), writes its rows with `ledger.at`, and records its facts (one
statement, however many, or a part of the statement that writes the verb's own rows).
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings

from ofrecord.journal.prepared import fetch_parts, prepared

GENESIS = bytes(32)


@dataclass(frozen=True)
class By:
    """Who did it: the person, for whom, through which door, how strongly signed in.

    A system that calls the API is named by `client`; the person is then None.
    """

    person_id: int | None = None
    on_behalf_of: int | None = None
    door: str = "system"
    strength: str = "none"
    request_id: str = ""
    client: str | None = None

    def as_data(self) -> dict[str, Any]:
        said = {
            "person": self.person_id,
            "on_behalf_of": self.on_behalf_of,
            "door": self.door,
            "strength": self.strength,
            "request": self.request_id,
        }
        return {**said, "client": self.client} if self.client else said


@dataclass(frozen=True)
class Fact:
    """A fact about one subject, before it has its place in the stream.

    `subject` is what the outside calls it (an agreement's reference); `about` ties facts of
    several streams to one thing, such as a change's number.
    """

    subject_id: int
    type: str
    subject: str
    data: dict[str, Any]
    account_id: int | None = None
    partner_id: int | None = None
    about: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass
class Head:
    sequence: int
    hash: bytes


class Ledger:
    """The open streams of one act: its recorded time and where each stream stands.

    `drawn` are the values that were drawn from sequences, for each subject.
    """

    def __init__(
        self,
        stream: str,
        at: datetime,
        heads: dict[int, Head],
        drawn: dict[int, tuple[int, ...]] | None = None,
    ) -> None:
        self.stream = stream
        self.at = at
        self.drawn = drawn or {}
        self._heads = heads

    def sequence(self, subject_id: int) -> int:
        """The last sequence of the subject's stream; 0 before its first fact."""
        head = self._heads.get(subject_id)
        return head.sequence if head else 0

    def record(self, facts: Sequence[Fact], by: By) -> None:
        """Append the facts in the order given, each to the stream of its subject."""
        if facts:
            with prepared() as cursor:
                cursor.execute(RECORD, self.recording((fact, by) for fact in facts))

    def recording(self, facts: Iterable[tuple[Fact, By]]) -> dict[str, list[Any]]:
        """What `RECORD` is given to append facts, each with its actor, as a part of a statement."""
        rows = [self._row(fact, by) for fact, by in facts]
        columns = zip(*rows, strict=True)
        return {f"event_{place}": list(column) for place, column in enumerate(columns)}

    def _row(self, fact: Fact, by: By) -> tuple[Any, ...]:
        head = self._heads.setdefault(fact.subject_id, Head(0, GENESIS))
        sequence, previous = head.sequence + 1, head.hash
        body = frozen(fact, sequence, self.at, by)
        head.sequence, head.hash = sequence, hashlib.sha256(previous + body).digest()
        return (
            *(fact.id, self.stream, fact.subject_id, sequence, fact.type, self.at),
            *(fact.account_id, fact.partner_id, by.person_id, fact.about),
            *(body, previous, head.hash),
        )


def open_ledger(stream: str, subject_ids: Iterable[int], drawing: Sequence[str] = ()) -> Ledger:
    """The streams of these subjects, whose rows the caller has locked.

    The recorded time is read now, after the lock, and never falls behind what the streams
    already hold. Of each sequence in `drawing` every subject gets the next value.
    """
    query = _HEADS.format(drawn=", ".join(f"nextval('{sequence}')" for sequence in drawing))
    given = {"stream": stream, "ids": list(subject_ids)}
    rows = [row for rows in fetch_parts(query, given) for row in rows]
    known = [row for row in rows if row["id"] is not None]
    heads = {row["id"]: Head(row["sequence"], bytes(row["hash"])) for row in known}
    at = max(row["at"] for row in rows if row["at"])
    return Ledger(stream, at, heads, {row["id"]: tuple(row["drawn"]) for row in known})


def record(stream: str, facts: Sequence[Fact], by: By) -> None:
    """Record facts of subjects that the caller has locked, with no other row to date."""
    open_ledger(stream, {fact.subject_id for fact in facts}).record(facts, by)


def frozen(fact: Fact, sequence: int, at: datetime, by: By) -> bytes:
    """The CloudEvent in the bytes that are kept, hashed, signed and sent."""
    event = {
        "specversion": "1.0",
        "id": str(fact.id),
        "source": settings.OFRECORD_BASE_URL,
        "type": fact.type,
        "subject": fact.subject,
        "time": at.astimezone(UTC).isoformat(),
        "sequence": sequence,
        "datacontenttype": "application/json",
        "data": {**fact.data, "by": by.as_data()},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


_HEADS = f"""
SELECT CASE WHEN row_number() OVER () = 1
            THEN greatest(now.at, max(head.recorded_at) OVER () + interval '1 microsecond') END
         AS at, subject.id, coalesce(head.sequence, 0) AS sequence,
       coalesce(head.hash, '\\x{GENESIS.hex()}') AS hash, ARRAY[{{drawn}}]::bigint[] AS drawn
  FROM (SELECT clock_timestamp() AS at) AS now
  LEFT JOIN unnest(%(ids)s::bigint[]) AS subject(id) ON true
  LEFT JOIN LATERAL (
       SELECT sequence, hash, recorded_at FROM event
        WHERE stream = %(stream)s AND subject_id = subject.id
        ORDER BY sequence DESC LIMIT 1) AS head ON true
"""
RECORD = """
INSERT INTO event (id, stream, subject_id, sequence, type, recorded_at, account_id, partner_id,
                   actor_id, about, body, previous_hash, hash)
SELECT * FROM unnest(
       %(event_0)s::uuid[], %(event_1)s::text[], %(event_2)s::bigint[], %(event_3)s::int[],
       %(event_4)s::text[], %(event_5)s::timestamptz[], %(event_6)s::bigint[],
       %(event_7)s::bigint[], %(event_8)s::bigint[], %(event_9)s::text[], %(event_10)s::bytea[],
       %(event_11)s::bytea[], %(event_12)s::bytea[])
"""
