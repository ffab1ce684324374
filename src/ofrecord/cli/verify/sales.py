"""Quotes and orders: legal moves only, amounts that add up, and each order done once."""

from collections.abc import Iterator

from django.db import connection

from ofrecord.cli.verify.invariant import Asked, Invariant
from ofrecord.quotes.lifecycle import MOVES

# A revision is told of by its own number; the events of a quote name it.
PATHS = """
SELECT path, state, count(*), min(number)
  FROM (SELECT concat(q.number, ', revision ', q.revision) AS number, q.state,
               array_remove(array_agg(e.type ORDER BY e.recorded_at, e.sequence), NULL) AS path
          FROM quote AS q
          LEFT JOIN LATERAL (
               SELECT type, recorded_at, sequence FROM event
                WHERE about = q.number AND starts_with(type, 'quote.')
                  AND (convert_from(body, 'UTF8')::jsonb #>> '{data,revision}')::int = q.revision
               ) AS e ON true
         GROUP BY q.id) AS life
 GROUP BY path, state
"""


def _illegal(_asked: Asked) -> Iterator[str]:
    """Quotes whose events the table of moves does not allow, or end in another state."""
    with connection.cursor() as cursor:
        cursor.execute(PATHS)
        rows = cursor.fetchall()
    for path, state, count, number in rows:
        if state not in _ends(path):
            told = ", ".join(path) or "nothing"
            yield from [f"quote {number}: is {state}, and the journal tells: {told}"] * count


def _ends(path: list[str]) -> set[str]:
    """The states in which a quote can be after these events."""
    states = {""}
    for event in path:
        states = {str(m.after) for m in MOVES if m.before in states and m.event == event}
    return states - {""}


SUMS = """
SELECT concat('quote ', q.number, ': its lines are ', sum(l.total), ', and it says ', q.net)
  FROM quote AS q LEFT JOIN quote_line AS l ON l.quote_id = q.id
 WHERE q.issued_at IS NOT NULL GROUP BY q.id HAVING coalesce(sum(l.total), 0) <> q.net
"""
ORDERED = """
SELECT concat('quote ', q.number, ': is ', q.state, ', and its order says otherwise')
  FROM quote AS q LEFT JOIN sales_order AS o ON o.quote_id = q.id
 WHERE (q.state = 'accepted') <> (o.id IS NOT NULL)
    OR (q.account_id, q.partner_id, q.kind, q.currency, q.net, q.tax, q.total)
       <> (o.account_id, o.partner_id, o.kind, o.currency, o.net, o.tax, o.total)
"""
# A change that comes with an order is of the account and the partner of the order.
CAUSED = """
SELECT concat('change ', c.number, ': comes with ', coalesce(nullif(c.cause, ''), 'no order'),
              ', which is no order of its account and partner')
  FROM partner_change AS c
  LEFT JOIN sales_order AS o ON c.cause = 'order/' || o.number AND o.account_id = c.account_id
        AND o.partner_id = c.partner_id
 WHERE c.occasion = 'order' AND o.id IS NULL
"""
# What an order did to agreements is told in their streams, about the order.
UNTOLD = """
SELECT concat('order ', o.number, ': no agreement tells of it')
  FROM sales_order AS o
 WHERE NOT EXISTS (SELECT FROM event AS e WHERE e.about = o.number AND e.stream = 'agreement'
                      AND e.account_id = o.account_id)
"""
SOLD = Invariant(
    "sold",
    "Quotes have moved as their table allows, and every order did once what its quote says.",
    (_illegal, SUMS, ORDERED, CAUSED, UNTOLD),
)
