"""Invitations: legal moves only, and what an accepted one led to is there and names it."""

from collections.abc import Iterator

from django.db import connection

from ofrecord.cli.verify.invariant import Asked, Invariant
from ofrecord.invitations.lifecycle import MOVES

# What a partner is told of the answer repeats a move, and a canary is none.
PATHS = """
SELECT path, state, count(*), min(id::text)
  FROM (SELECT i.id, i.state,
               array_remove(array_agg(e.type ORDER BY e.recorded_at, e.sequence), NULL) AS path
          FROM invitation AS i
          LEFT JOIN event AS e ON e.about = i.id::text AND starts_with(e.type, 'invitation.')
                AND e.type NOT IN ('invitation.answered', 'invitation.canary_invited')
         GROUP BY i.id) AS life
 GROUP BY path, state
"""


def _illegal(_asked: Asked) -> Iterator[str]:
    """Invitations whose events the table of moves does not allow, or end in another state."""
    with connection.cursor() as cursor:
        cursor.execute(PATHS)
        rows = cursor.fetchall()
    for path, state, count, id in rows:
        if state not in _ends(path):
            told = ", ".join(path) or "nothing"
            yield from [f"invitation {id}: is {state}, and the journal tells: {told}"] * count


def _ends(path: list[str]) -> set[str]:
    """The states in which an invitation can be after these events."""
    states = {""}
    for event in path:
        states = {str(m.after) for m in MOVES if m.before in states and m.event == event}
    return states - {""}


# An accepted one names a change to its partner, which names it, or a request of its account to it.
ANSWERED = """
SELECT concat('invitation ', i.id, ': was accepted, and ', i.answer, ' is no answer to it')
  FROM invitation AS i
 WHERE i.state = 'accepted'
   AND NOT EXISTS (SELECT FROM partner_change AS c
                    WHERE i.answer = 'partner_change/' || c.number
                      AND c.cause = 'invitation/' || i.id
                      AND (c.partner_id, c.account_id) = (i.partner_id, i.account_id))
   AND NOT EXISTS (SELECT FROM quote_request AS r
                    WHERE i.answer = 'quote_request/' || r.id
                      AND (r.partner_id, r.account_id) = (i.partner_id, i.account_id))
"""
CAUSED = """
SELECT concat('change ', c.number, ': comes with ', c.cause, ', which was not accepted by it')
  FROM partner_change AS c
  LEFT JOIN invitation AS i ON c.cause = 'invitation/' || i.id AND i.state = 'accepted'
        AND (c.partner_id, c.account_id) = (i.partner_id, i.account_id)
 WHERE starts_with(c.cause, 'invitation/') AND i.id IS NULL
"""
# Nobody is written to, and nothing is named, outside of the account that it has reached.
STRAYED = """
SELECT concat('invitation ', named.invitation_id, ': is meant for others than its account')
  FROM (SELECT p.invitation_id, p.account_id FROM invitation_person AS p
         UNION ALL
        SELECT a.invitation_id, g.account_id FROM invitation_agreement AS a
          JOIN agreement AS g ON g.id = a.agreement_id) AS named
  JOIN invitation AS i ON i.id = named.invitation_id
 WHERE named.account_id IS DISTINCT FROM i.account_id
"""
INVITED = Invariant(
    "invited",
    "Invitations have moved as their table allows, and led to what they say, in their account.",
    (_illegal, ANSWERED, CAUSED, STRAYED),
)
