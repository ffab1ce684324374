"""The same request sent twice is one request, with one stored answer."""

import hashlib
import json
from collections.abc import Mapping
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
            keep({self.id: answer}, status)


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
    if taken := receive_new(verb, {key: content}, by=by):
        return Receipt(taken[key])
    with prepared() as cursor:
        cursor.execute(_READ, [_requester(by), key])
        known_verb, known_hash, answer, status = cursor.fetchone()
    if known_verb != verb or bytes(known_hash) != _hash(content):
        raise refusals.refused([refusals.idempotency_key_reused()])
    return Receipt(None, bytes(answer), status)


def receive_new(verb: str, contents: Mapping[str, dict[str, Any]], *, by: Actor) -> dict[str, int]:
    """Take requests in by their keys, and leave out those whose key is known: ids by key."""
    keys = sorted(contents)
    hashes = [_hash(contents[key]) for key in keys]
    with prepared() as cursor:
        cursor.execute(_INSERT, [_requester(by), verb, keys, hashes])
        return dict(cursor.fetchall())


def keep(answers: Mapping[int, bytes], status: int | None) -> None:
    """Store the answers of requests, by their ids, in the bytes that every repeat will get."""
    with prepared() as cursor:
        cursor.execute(_KEEP, [status, list(answers), list(answers.values())])


def _hash(content: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()


def _requester(by: Actor) -> str:
    """Whose key it is: keys of others do not collide with it."""
    if by.client:
        return f"client/{by.client}"
    return f"person/{by.person_id}" if by.person_id else f"{by.door}/{by.judged_person}"


_INSERT = """
INSERT INTO request (requester, key, verb, content_hash, received_at)
SELECT %s, key, %s, content_hash, clock_timestamp()
  FROM unnest(%s::text[], %s::bytea[]) AS new(key, content_hash)
ON CONFLICT (requester, key) DO NOTHING RETURNING key, id
"""
# The range is that of all ids. A planner takes it for a few of them and looks each up by its key;
# else a plan that is made while the table is small goes through it all for as long as it is kept.
_KEEP = """
UPDATE request SET answer = kept.answer, status = %s
  FROM unnest(%s::bigint[], %s::bytea[]) AS kept(id, answer)
 WHERE request.id = kept.id AND kept.id BETWEEN 1 AND 9223372036854775807
"""
_READ = """
SELECT verb, content_hash, answer, status FROM request WHERE requester = %s AND key = %s
"""
