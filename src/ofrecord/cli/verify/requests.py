"""Acknowledged means kept, once: a request has one answer, and its changes are those it names."""

from ofrecord.cli.verify.invariant import Invariant

UNANSWERED = """
SELECT concat('request ', id, ' of ', requester, ' was taken in and has no answer')
  FROM request WHERE answer IS NULL
"""
TWICE = """
SELECT concat('the key ', key, ' of ', requester, ' stands for ', count(*), ' requests')
  FROM request GROUP BY requester, key HAVING count(*) > 1
UNION ALL
SELECT 'the database does not refuse a key that is used twice: request_once'
 WHERE NOT EXISTS (
       SELECT FROM pg_index WHERE indexrelid = to_regclass('request_once')
          AND indisunique AND indisvalid AND indisready)
"""
DIFFERENT = """
SELECT concat('request ', coalesce(answered.id, done.request_id), ': its answer names ',
              coalesce(answered.number, 'no change'), ', and it made ',
              coalesce(done.number, 'none'), ' of ', coalesce(answered.agreement, done.reference))
  FROM (SELECT r.id, item ->> 'number' AS number, item ->> 'agreement' AS agreement
          FROM request AS r
         CROSS JOIN LATERAL jsonb_array_elements(
               convert_from(r.answer, 'UTF8')::jsonb -> 'changes') AS item
         WHERE item ->> 'number' IS NOT NULL AND r.status IS NULL) AS answered
  FULL JOIN (SELECT c.request_id, c.number, a.reference
               FROM partner_change AS c JOIN agreement AS a ON a.id = c.agreement_id
               JOIN request AS r ON r.id = c.request_id
              WHERE r.status IS NULL) AS done
    ON done.request_id = answered.id AND done.number = answered.number
   AND done.reference = answered.agreement
 WHERE answered.id IS NULL OR done.request_id IS NULL
"""
# An answer that was given by HTTP is kept in its very bytes, and has the shape of its route.
UNNAMED = """
SELECT concat('request ', r.id, ': made change ', c.number, ', which its answer does not name')
  FROM request AS r JOIN partner_change AS c ON c.request_id = r.id
 WHERE r.status IS NOT NULL AND position(c.number IN convert_from(r.answer, 'UTF8')) = 0
"""
KEPT_ONCE = Invariant(
    "kept_once",
    "A request that was acknowledged is kept, once, with the answer that it got.",
    (UNANSWERED, TWICE, DIFFERENT, UNNAMED),
)
