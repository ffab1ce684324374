"""The systems that will be told of a change, and how long each usually takes to know."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class System:
    """`seconds` comes from its own last deliveries; None while there are none."""

    name: str
    required: bool
    seconds: float | None


def told_systems() -> list[System]:
    """Every system that hears of an applied partner change."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD)
        return [System(*row) for row in cursor.fetchall()]


_TOLD = """
SELECT endpoint.name, endpoint.required, usual.seconds
  FROM endpoint
  LEFT JOIN usual_seconds(ARRAY(SELECT id FROM endpoint WHERE active)) AS usual
    ON usual.endpoint_id = endpoint.id
 WHERE endpoint.active AND endpoint.types && ARRAY['partner_change.*', 'partner_change.applied']
 ORDER BY endpoint.required DESC, endpoint.name
"""
