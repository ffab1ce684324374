"""The same request sent twice is one request, with one stored answer."""

import hashlib
import json
from typing import Any

from django.db import connection

from ofrecord.changes import refusals
from ofrecord.parties.actors import Actor


class Receipt:
    """A request that was taken in; `answer` is set when it is a repeat."""

    def __init__(self, id: int | None, answer: dict[str, Any] | None = None) -> None:
        self.id = id
        self.answer = answer

    def keep(self, answer: dict[str, Any]) -> None:
        """Store the answer that every repeat will get."""
        if self.id is not None:
            with connection.cursor() as cursor:
                stored = json.dumps(answer, ensure_ascii=False).encode()
                cursor.execute("UPDATE request SET answer = %s WHERE id = %s", [stored, self.id])


def receive(verb: str, key: str | None, content: dict[str, Any], *, by: Actor) -> Receipt:
    """Take a request in. A concurrent repeat waits here until the first one has its answer.

    Without a key every request is its own. The same key with other content is refused as
    `idempotency_key_reused`.
    """
    if key is None:
        return Receipt(None)
    requester = f"person/{by.person_id}" if by.person_id else f"{by.door}/{by.judged_person}"
    content_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [requester, key, verb, content_hash])
        if row := cursor.fetchone():
            return Receipt(row[0])
        cursor.execute(_READ, [requester, key])
        known_verb, known_hash, answer = cursor.fetchone()
    if known_verb != verb or bytes(known_hash) != content_hash:
        raise refusals.refused([refusals.idempotency_key_reused()])
    return Receipt(None, json.loads(bytes(answer)))


_INSERT = """
INSERT INTO request (requester, key, verb, content_hash, received_at)
VALUES (%s, %s, %s, %s, clock_timestamp())
ON CONFLICT (requester, key) DO NOTHING RETURNING id
"""
_READ = "SELECT verb, content_hash, answer FROM request WHERE requester = %s AND key = %s"
