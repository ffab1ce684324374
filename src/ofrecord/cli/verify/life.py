"""The life of a change: legal moves only, and done what it says, and in time."""

from collections.abc import Iterator

from django.db import connection

from ofrecord.changes.lifecycle import MOVES
from ofrecord.cli.verify.invariant import Asked, Invariant

PATHS = """
SELECT path, state, count(*), min(number)
  FROM (SELECT c.number, c.state,
               array_remove(array_agg(e.type ORDER BY e.sequence), NULL) AS path
          FROM partner_change AS c
          LEFT JOIN event AS e ON e.about = c.number AND e.stream = 'agreement'
           AND e.subject_id = c.agreement_id
         GROUP BY c.id) AS life
 GROUP BY path, state
"""


def _illegal(_asked: Asked) -> Iterator[str]:
    """Changes whose events the table of moves does not allow, or end in another state."""
    with connection.cursor() as cursor:
        cursor.execute(PATHS)
        rows = cursor.fetchall()
    for path, state, count, number in rows:
        if state not in _ends(path):
            told = ", ".join(path) or "nothing"
            yield from [f"change {number}: is {state}, and the journal tells: {told}"] * count


def _ends(path: list[str]) -> set[str]:
    """The states in which a change can be after these events."""
    states = {""}
    for event in path:
        states = {str(m.after) for m in MOVES if m.before in states and m.event == event}
    return states - {""}


INSTANTS = """
SELECT concat('change ', number, ': is ', state, ', and its instants say otherwise')
  FROM partner_change
 WHERE occasion <> 'load'
   AND ((decided_at IS NULL) <> (state IN ('submitted', 'awaiting_consent', 'declined', 'expired')
                                 OR state = 'cancelled' AND EXISTS (
                                    SELECT FROM consent WHERE change_id = partner_change.id)
                                    AND settled_at IS NULL)
        OR (applied_at IS NOT NULL) <> (state IN ('applied', 'complete'))
        OR (applied_event IS NOT NULL) <> (state IN ('applied', 'complete'))
        OR (completed_at IS NOT NULL) <> (state = 'complete')
        OR (closed_at IS NOT NULL) <> (state IN ('cancelled', 'declined', 'expired')))
"""
EVENT_ELSEWHERE = """
SELECT concat('change ', c.number, ': its events are not those of its agreement')
  FROM partner_change AS c
  LEFT JOIN event AS e ON e.id = c.applied_event
 WHERE c.applied_event IS NOT NULL
   AND (e.about IS DISTINCT FROM c.number OR e.subject_id <> c.agreement_id
        OR e.type NOT IN ('partner_change.applied', 'agreement.loaded'))
"""
# What the members say stood before, and stands after, is what the tenures say from its effective
# time on, as known just before and just after it was decided; once cancelled, as before.
_PARTIES = """
ARRAY(SELECT DISTINCT concat_ws('/', m.partner_id, m.role, m.subscription_id)
        FROM partner_change_member AS m WHERE m.change_id = c.id AND m.{side} ORDER BY 1)
"""
_TENURES = """
ARRAY(SELECT DISTINCT concat_ws('/', t.partner_id, t.role, t.subscription_id)
        FROM tenure AS t
       WHERE t.agreement_id = c.agreement_id AND t.recorded_at {known} {at}
         AND (t.superseded_at IS NULL OR NOT t.superseded_at {known} {at})
         AND (t.effective_until IS NULL OR t.effective_until > c.effective_at)
         AND (c.effective_until IS NULL OR t.effective_from < c.effective_until) ORDER BY 1)
"""
DONE = f"""
SELECT concat('change ', c.number, ': the tenures do not ', mismatch.what)
  FROM partner_change AS c
 CROSS JOIN LATERAL (VALUES
       ('end what its members say',
        {_PARTIES.format(side="before")}
        <> {_TENURES.format(known="<", at="c.decided_at")}),
       ('begin what its members say',
        {_PARTIES.format(side="after")}
        <> {_TENURES.format(known="<=", at="c.decided_at")}),
       ('return to what they were before it was cancelled',
        c.closed_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM partner_change AS k
            WHERE k.agreement_id = c.agreement_id AND k.occasion = 'correction'
              AND k.decided_at BETWEEN c.decided_at AND c.closed_at) AND
        {_PARTIES.format(side="before")}
        <> {_TENURES.format(known="<=", at="c.closed_at")})
       ) AS mismatch(what, found)
 WHERE c.occasion <> 'load' AND c.decided_at IS NOT NULL AND mismatch.found
"""
LOADED = """
SELECT concat('load ', coalesce(named.id, opened.id), ': ',
              coalesce(named.count, 0), ' members, and tenures opened of ',
              coalesce(opened.count, 0), ' partners, or of others')
  FROM (SELECT c.id, count(*), sum(hashtext(concat_ws('/', m.partner_id, m.role,
                                                      m.subscription_id))::bigint) AS which
          FROM partner_change AS c JOIN partner_change_member AS m ON m.change_id = c.id
         WHERE c.occasion = 'load' AND m.after GROUP BY c.id) AS named
  FULL JOIN (SELECT id, count(*), sum(hashtext(partner)::bigint) AS which
               FROM (SELECT DISTINCT c.id, concat_ws('/', t.partner_id, t.role,
                                                     t.subscription_id) AS partner
                       FROM partner_change AS c JOIN tenure AS t ON t.opened_by_id = c.id
                      WHERE c.occasion = 'load') AS each
              GROUP BY id) AS opened ON opened.id = named.id
 WHERE named.which IS DISTINCT FROM opened.which
"""
OPENED = """
SELECT concat('tenure ', t.id, ' was not opened or superseded when its change says')
  FROM tenure AS t
  LEFT JOIN partner_change AS o ON o.id = t.opened_by_id AND o.agreement_id = t.agreement_id
  LEFT JOIN partner_change AS s ON s.id = t.superseded_by_id AND s.agreement_id = t.agreement_id
 WHERE o.id IS NULL OR t.superseded_by_id IS NOT NULL AND s.id IS NULL
    OR o.occasion <> 'load' AND t.recorded_at IS DISTINCT FROM o.decided_at
       AND t.recorded_at IS DISTINCT FROM o.closed_at
    OR s.occasion <> 'load' AND t.superseded_at IS DISTINCT FROM s.decided_at
       AND t.superseded_at IS DISTINCT FROM s.closed_at
"""
UNDONE = f"""
SELECT concat('change ', c.number, ': an undo that does not restore what ',
              coalesce(undone.number, 'nothing'), ' had replaced')
  FROM partner_change AS c LEFT JOIN partner_change AS undone ON undone.id = c.undoes_id
 WHERE (c.occasion = 'undo') <> (c.undoes_id IS NOT NULL)
    OR c.undoes_id IS NOT NULL
       AND (undone.agreement_id <> c.agreement_id OR undone.id >= c.id
            OR undone.occasion IN ('undo', 'load')
            OR undone.state NOT IN ('applied', 'complete')
            OR {_PARTIES.format(side="after")}
               <> {_PARTIES.format(side="before").replace("c.id", "undone.id")})
"""
ONE_OPEN = """
SELECT concat('agreement ', agreement_id, ': ', count(*), ' changes are open')
  FROM partner_change WHERE state IN ('submitted', 'awaiting_consent', 'scheduled')
 GROUP BY agreement_id HAVING count(*) > 1
UNION ALL
SELECT 'the database does not refuse two open changes: partner_change_one_open'
 WHERE NOT EXISTS (
       SELECT FROM pg_index WHERE indexrelid = to_regclass('partner_change_one_open')
          AND indisunique AND indisvalid AND indisready)
"""
CORRECTED = """
SELECT concat('change ', c.number, ': a correction of another agreement, or of a later change')
  FROM partner_change AS c JOIN partner_change AS k ON k.id = c.corrects_id
 WHERE k.agreement_id <> c.agreement_id OR k.id >= c.id OR c.occasion <> 'correction'
UNION ALL
SELECT concat('change ', c.number, ': supersedes ', coalesce(s.number, 'nothing'),
              ', which was not called off with it')
  FROM partner_change AS c JOIN partner_change AS s ON s.id = c.supersedes_id
 WHERE s.agreement_id <> c.agreement_id OR s.state <> 'cancelled' OR s.closed_at > c.decided_at
UNION ALL
SELECT concat('correction ', w.id, ': is ', w.outcome, ', and its change says otherwise')
  FROM correction AS w LEFT JOIN partner_change AS c ON c.id = w.change_id
 WHERE (w.outcome = 'approved') <> (c.id IS NOT NULL)
    OR c.id IS NOT NULL AND (c.agreement_id <> w.agreement_id OR c.occasion <> 'correction'
                             OR c.proposed_by_id IS DISTINCT FROM w.proposed_by_id)
"""
LEGAL_LIFE = Invariant(
    "legal_life",
    "Every change has moved as the table of moves allows, and did what its members say.",
    (_illegal, INSTANTS, EVENT_ELSEWHERE, DONE, LOADED, OPENED, UNDONE, CORRECTED, ONE_OPEN),
)

FALLING = """
SELECT concat(stream, ' ', subject_id, ': event ', sequence, ' was recorded before the one before')
  FROM (SELECT stream, subject_id, sequence, recorded_at,
               lag(recorded_at) OVER (PARTITION BY stream, subject_id ORDER BY sequence) AS before
          FROM event) AS e
 WHERE e.recorded_at < e.before
"""
# Under a moved business date an act keeps the real time of day, so a change decided "now" lies
# whole days from its recorded time.
EARLY = """
SELECT concat('change ', number, ': is ', state, ', and takes effect only at ', effective_at)
  FROM partner_change
 WHERE occasion <> 'load' AND state IN ('applied', 'complete') AND effective_at > %(now)s
   AND applied_at < effective_at - interval '1 second'
   AND (applied_at <> decided_at
        OR abs(extract(epoch FROM (effective_at AT TIME ZONE %(zone)s)::time
                                - (applied_at AT TIME ZONE %(zone)s)::time)) > 60)
"""
IN_TIME = Invariant(
    "in_time",
    "Recorded times rise with the version, and no future change is applied early.",
    (FALLING, EARLY),
)
