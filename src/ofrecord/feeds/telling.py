"""Facts of a load as events: the same bytes as `journal.record` freezes, made by the database.

A hundred thousand facts are one statement. Each subject gets one event at most in a load, so
that the hash it goes on from is already there.
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from ofrecord.journal.record import GENESIS, By


def parameters(at: datetime, by: By) -> dict[str, Any]:
    """What `record` and the facts given to it ask for."""
    return {
        "at": at,
        "time": at.astimezone(UTC).isoformat(),
        "source": settings.OFRECORD_BASE_URL,
        "actor": by.person_id,
        "on_behalf_of": by.on_behalf_of,
        "door": by.door,
        "by": json.dumps(by.as_data(), ensure_ascii=False, separators=(",", ":")),
        "genesis": GENESIS,
    }


def record(stream: str, facts: str, given: dict[str, Any]) -> None:
    """Append the facts that `facts` selects, each to the stream of its subject.

    It selects event_id, subject_id, sequence, type, subject, account_id, partner_id, about, data
    (json, without who did it).
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORD.format(facts=facts), {**given, "stream": stream})


# OFFSET 0 keeps the planner from making a body twice: once to be kept, and once to be hashed.
_RECORD = """
INSERT INTO event (id, stream, subject_id, sequence, type, recorded_at, account_id, partner_id,
                   actor_id, about, body, previous_hash, hash)
SELECT event_id, %(stream)s, subject_id, sequence, type, %(at)s, account_id, partner_id,
       %(actor)s, about, body, previous_hash, sha256(previous_hash || body)
  FROM (SELECT fact.*, coalesce(head.hash, %(genesis)s) AS previous_hash,
               convert_to((SELECT row_to_json(event)::text FROM (
                 SELECT '1.0' AS specversion, fact.event_id AS id, %(source)s AS source, fact.type,
                        fact.subject, %(time)s AS time, fact.sequence,
                        'application/json' AS datacontenttype, fact.data) AS event), 'UTF8') AS body
          FROM ({facts} OFFSET 0) AS fact
          LEFT JOIN event AS head ON head.stream = %(stream)s
                AND head.subject_id = fact.subject_id AND head.sequence = fact.sequence - 1
        OFFSET 0) AS sealed
"""
