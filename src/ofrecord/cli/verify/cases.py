"""Cases: legal moves only, dates that agree with the journal, and nothing said without a fact."""

from collections.abc import Iterator

from django.db import connection

from ofrecord.cases.lifecycle import BESIDE, MOVES
from ofrecord.cli.verify.invariant import Asked, Invariant

# The events of a case that move it, in order, each with the state that it says comes after it.
PATHS = """
SELECT c.number, c.state,
       coalesce(array_agg(ARRAY[e.type, e.said ->> 'state'] ORDER BY e.sequence)
                FILTER (WHERE e.type IS NOT NULL), '{}')
  FROM support_case AS c
  LEFT JOIN (SELECT about, type, sequence,
                    convert_from(body, 'UTF8')::jsonb -> 'data' AS said
               FROM event WHERE starts_with(type, 'case.') AND stream = 'account'
                AND type <> ALL (%(beside)s)) AS e ON e.about = c.number
 GROUP BY c.id
"""


def _illegal(_asked: Asked) -> Iterator[str]:
    """Cases whose events the table of moves does not allow, or end in another state."""
    with connection.cursor() as cursor:
        cursor.execute(PATHS, {"beside": list(BESIDE)})
        rows = cursor.fetchall()
    for number, state, path in rows:
        if state != _end(path):
            told = ", ".join(type for type, _after in path) or "nothing"
            yield f"case {number}: is {state}, and the journal tells: {told}"


def _end(path: list[list[str]]) -> str | None:
    """The state in which a case is after these events; None where a move is not allowed."""
    state = ""
    for type, after in path:
        if not any((m.before, m.event, m.after) == (state, type, after) for m in MOVES):
            return None
        state = after
    return state


# When it was opened, first answered, resolved and closed is when the journal tells of it.
DATES = """
SELECT concat('case ', c.number, ': its dates are not those of its events')
  FROM support_case AS c
  LEFT JOIN LATERAL (
       SELECT min(recorded_at) FILTER (WHERE type = 'case.opened') AS opened_at,
              max(recorded_at) FILTER (WHERE type = 'case.resolved') AS resolved_at,
              max(recorded_at) FILTER (WHERE type = 'case.closed') AS closed_at,
              min(recorded_at) FILTER (WHERE said ->> 'side' = 'staff') AS answered_at
         FROM (SELECT type, recorded_at, convert_from(body, 'UTF8')::jsonb -> 'data' AS said
                 FROM event WHERE about = c.number AND stream = 'account') AS each
       ) AS e ON true
 WHERE c.opened_at IS DISTINCT FROM e.opened_at
    OR c.resolved_at IS NOT NULL AND c.resolved_at IS DISTINCT FROM e.resolved_at
    OR c.closed_at IS DISTINCT FROM e.closed_at
    OR c.answered_at IS DISTINCT FROM e.answered_at
"""
# Messages are numbered 1, 2, 3, each with the event that tells of it; so is every note.
SAID = """
SELECT concat('case ', c.number, ': has ', count(m.id), ' messages, and is told to have ', told.n)
  FROM support_case AS c LEFT JOIN case_message AS m ON m.case_id = c.id
 CROSS JOIN LATERAL (
       SELECT count(said -> 'message') AS n
         FROM (SELECT convert_from(body, 'UTF8')::jsonb -> 'data' AS said
                 FROM event WHERE about = c.number AND stream = 'account') AS each) AS told
 GROUP BY c.id, told.n
HAVING count(m.id) <> told.n OR coalesce(max(m.place), 0) <> count(m.id)
UNION ALL
SELECT concat('case ', c.number, ': has ', count(n.id), ' notes, and its events tell of ', told.n)
  FROM support_case AS c LEFT JOIN case_note AS n ON n.case_id = c.id
 CROSS JOIN LATERAL (SELECT count(*) AS n FROM event
                      WHERE about = c.number AND type = 'case.noted') AS told
 GROUP BY c.id, told.n HAVING count(n.id) <> told.n
"""
FILES = """
SELECT concat('attachment ', a.id, ': is not what was attached')
  FROM case_attachment AS a JOIN case_message AS m ON m.id = a.message_id
 WHERE a.case_id <> m.case_id OR length(a.content) <> a.size
    OR encode(sha256(a.content), 'hex') <> a.sha256
"""
# What is of an agreement is of its account; a change that a case has made names the case.
OF_AGREEMENT = """
SELECT concat('case ', c.number, ': is of another account than its agreement or its changes')
  FROM support_case AS c JOIN agreement AS a ON a.id = c.agreement_id
  LEFT JOIN partner_change AS b ON b.id = c.about_change_id
  LEFT JOIN partner_change AS m ON m.id = c.made_change_id
 WHERE a.account_id <> c.account_id OR b.agreement_id <> c.agreement_id
    OR m.agreement_id <> c.agreement_id OR m.cause <> 'case/' || c.number
UNION ALL
SELECT concat('change ', m.number, ': comes with ', coalesce(nullif(m.cause, ''), 'no case'),
              ', which is no case of its agreement')
  FROM partner_change AS m
  LEFT JOIN support_case AS c ON m.cause = 'case/' || c.number AND c.agreement_id = m.agreement_id
 WHERE starts_with(m.cause, 'case/') AND c.id IS NULL
"""
FOLLOWED = Invariant(
    "cases_followed",
    "Every case has moved as the table of moves allows, and all that was said has its event.",
    (_illegal, DATES, SAID, FILES, OF_AGREEMENT),
)
