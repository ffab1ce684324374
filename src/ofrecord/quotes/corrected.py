"""Which changes have put right what an order did to the partner."""

from collections.abc import Collection

from django.db import connection

CAUSE = "order/"


def corrections_of(orders: Collection[str]) -> dict[str, list[str]]:
    """The numbers of the changes that corrected, superseded or undid those of each order.

    Orders are named by number; those that nothing has put right are left out. Call it inside
    `parties.context.seeing`: it tells only of changes that the actor may see.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CORRECTIONS, [[f"{CAUSE}{number}" for number in orders]])
        rows = cursor.fetchall()
    found: dict[str, list[str]] = {}
    for cause, number in rows:
        found.setdefault(cause.removeprefix(CAUSE), []).append(number)
    return found


_CORRECTIONS = """
SELECT c.cause, later.number
  FROM partner_change AS c CROSS JOIN LATERAL (
       SELECT id, number FROM partner_change WHERE corrects_id = c.id
        UNION SELECT id, number FROM partner_change WHERE supersedes_id = c.id
        UNION SELECT id, number FROM partner_change WHERE undoes_id = c.id) AS later
 WHERE c.cause = ANY (%s) AND c.cause <> ''
 ORDER BY later.id
"""
