"""How each endpoint stands: what waits for it, what was given up, when it last took something."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

COUNTED = 1_000


@dataclass(frozen=True)
class Standing:
    """Counts are exact up to 1,000; 1,001 means more. Times are None where there is none yet."""

    waiting: int
    parked: int
    oldest_waiting_at: datetime | None
    last_acknowledged_at: datetime | None
    usual_seconds: float | None


def standings() -> dict[int, Standing]:
    """How each endpoint stands, by its id; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {"most": COUNTED + 1})
        return {id: Standing(*rest) for id, *rest in cursor.fetchall()}


_STANDINGS = """
SELECT endpoint.id, waiting.count, parked.count, waiting.oldest, last.at, usual.seconds
  FROM endpoint
 CROSS JOIN LATERAL (
       SELECT count(*), min(created_at) AS oldest FROM (
              SELECT created_at FROM delivery AS d
               WHERE d.endpoint_id = endpoint.id AND d.state = 'waiting' LIMIT %(most)s) AS w
       ) AS waiting
 CROSS JOIN LATERAL (
       SELECT count(*) FROM (
              SELECT FROM delivery AS d
               WHERE d.endpoint_id = endpoint.id AND d.state = 'parked'
                 AND d.stream <> 'endpoint_test' LIMIT %(most)s) AS p
       ) AS parked
  LEFT JOIN LATERAL (
       SELECT acknowledged_at AS at FROM delivery AS d
        WHERE d.endpoint_id = endpoint.id AND d.state = 'acknowledged' AND d.replay IS NULL
        ORDER BY d.acknowledged_at DESC LIMIT 1) AS last ON true
  LEFT JOIN usual_seconds(ARRAY(SELECT id FROM endpoint)) AS usual
    ON usual.endpoint_id = endpoint.id
"""
