"""The same request sent twice is one request, with one stored answer."""

import hashlib
import json
from typing import Any

from ofrecord.changes import refusals
from ofrecord.journal.prepared import prepared
from ofrecord.parties.actors import Actor


class Receipt:
    """A request that was taken in; `stored` and `status` are set when it is a repeat."""

    def __init__(self, id: int | None, stored: bytes = b"", status: int | None = None) -> None:
        self.id = id
        self.stored = stored
        self.status = status

    @property
    def answer(self) -> dict[str, Any] | None:
        """The stored answer of a repeat."""
        return json.loads(self.stored) if self.stored else None

    def keep(self, answer: dict[str, Any]) -> None:
        """Store the answer that every repeat will get."""
        if self.id is not None:
            self.keep_bytes(json.dumps(answer, ensure_ascii=False).encode(), None)

    def keep_bytes(self, answer: bytes, status: int | None) -> None:
        """Store the answer in the very bytes that every repeat will get, and its HTTP status."""
        if self.id is not None:
            with prepared() as cursor:
                cursor.execute(_KEEP, [answer, status, self.id])


def receive(
    verb: str,
    key: str | None,
    content: dict[str, Any],
    *,
    by: Actor,
) -> Receipt:
    """Take a request in. A concurrent repeat waits here until the first one has its answer.

    Without a key every request is its own. The same key with other content is refused as
    `idempotency_key_reused`.
    """
    if key is None:
        return Receipt(None)
    content_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    with prepared() as cursor:
        cursor.execute(_INSERT, [_requester(by), key, verb, content_hash])
        if row := cursor.fetchone():
            return Receipt(row[0])
        cursor.execute(_READ, [_requester(by), key])
        known_verb, known_hash, answer, status = cursor.fetchone()
    if known_verb != verb or bytes(known_hash) != content_hash:
        raise refusals.refused([refusals.idempotency_key_reused()])
    return Receipt(None, bytes(answer), status)


def _requester(by: Actor) -> str:
    """Whose key it is: keys of others do not collide with it."""
    if by.client:
        return f"client/{by.client}"
    return f"person/{by.person_id}" if by.person_id else f"{by.door}/{by.judged_person}"


_INSERT = """
INSERT INTO request (requester, key, verb, content_hash, received_at)
VALUES (%s, %s, %s, %s, clock_timestamp())
ON CONFLICT (requester, key) DO NOTHING RETURNING id
"""
_KEEP = "UPDATE request SET answer = %s, status = %s WHERE id = %s"
_READ = """
SELECT verb, content_hash, answer, status FROM request WHERE requester = %s AND key = %s
"""
