"""The public keys of an installation: the present one, and all before it."""

from typing import Any

from django.db import connection

from ofrecord.journal import signing
from ofrecord.journal.record import By, Fact, record
from ofrecord.journal.signing import Jwk, Unsound

KIND = "keys"


def published() -> list[Jwk]:
    """The keys that documents of this installation are checked with, the present one first.

    A key that signs for the first time is made known, as the successor of the one before.
    """
    key = signing.present()
    return _vouched(_kept(key["kid"]) or _made_known(key), key)


def known() -> list[Jwk]:
    """The keys that were published, for a reader who can write nothing."""
    key = signing.present()
    kept = _kept(key["kid"])
    return _vouched(kept, key) if kept else [key, *_before()]


def _vouched(document: bytes, key: Jwk) -> list[Jwk]:
    """The keys of a set that the present key has signed; alone, where somebody altered it."""
    try:
        keys: list[Jwk] = signing.read(document, [key]).content["keys"]
    except Unsound:
        return [key]
    return keys


def _made_known(key: Jwk) -> bytes:
    """Sign the set with the new key in front. Of several processes at once the first one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if known := _kept(key["kid"]):
            return known
        document = signing.sign(KIND, {"keys": [key, *_before()]})
        cursor.execute(_KEEP, [key["kid"], document])
        (id,) = cursor.fetchone()
    fact = Fact(id, "signing_key.published", key["kid"], {"key": key})
    record("signing_key", [fact], By())
    return document


def _before() -> list[Jwk]:
    """The set of the last key, as that key has signed it."""
    rows = _rows("SELECT body FROM signing_key ORDER BY id DESC LIMIT 1")
    if not rows:
        return []
    document = bytes(rows[0][0])
    (head, *_rest) = signing.unchecked(document)["keys"]
    return _vouched(document, head)


def _kept(key_id: str) -> bytes | None:
    rows = _rows("SELECT body FROM signing_key WHERE key_id = %s", [key_id])
    return bytes(rows[0][0]) if rows else None


def _rows(sql: str, given: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


_ONE_AT_A_TIME = 0x0F_5EC0_90
_KEEP = """
INSERT INTO signing_key (key_id, body, published_at) VALUES (%s, %s, clock_timestamp())
RETURNING id
"""
