"""Conservation: of every run, each agreement named is accepted, refused, or not yet done."""

from ofrecord.cli.verify.invariant import Invariant

COUNTED = """
SELECT concat('run ', r.number, ': ', r.items, ' agreements in ', r.batches, ' batches, and ',
              coalesce(part.items, 0), ' in ', coalesce(part.batches, 0), ' are there')
  FROM run AS r
  LEFT JOIN (SELECT run_id, sum(cardinality(agreements)) AS items, count(*) AS batches,
                    max(number) AS last
               FROM run_batch GROUP BY run_id) AS part ON part.run_id = r.id
 WHERE part.items IS DISTINCT FROM r.items OR part.batches IS DISTINCT FROM r.batches
    OR part.last IS DISTINCT FROM r.batches
"""
TWICE = """
SELECT concat('run ', r.number, ': agreement ', named.reference, ' is named ', count(*), ' times')
  FROM run AS r JOIN run_batch AS b ON b.run_id = r.id
 CROSS JOIN LATERAL unnest(b.agreements) AS named(reference)
 GROUP BY r.id, named.reference HAVING count(*) > 1
"""
# What is marked is what was answered, and what was answered is what was done.
ANSWERED = """
SELECT concat('run ', r.number, ', batch ', b.number, ': marked ', b.accepted, ' accepted and ',
              b.refused, ' refused of ', cardinality(b.agreements), '; answered ', told.accepted,
              ' and ', told.refused, '; changed ', made.count)
  FROM run AS r JOIN run_batch AS b ON b.run_id = r.id
  LEFT JOIN request ON request.id = b.request_id
 CROSS JOIN LATERAL (
       SELECT count(item ->> 'number') AS accepted,
              count(*) - count(item ->> 'number') AS refused,
              coalesce(array_agg(item ->> 'agreement' ORDER BY place), '{}') AS agreements
         FROM jsonb_array_elements(convert_from(request.answer, 'UTF8')::jsonb -> 'changes')
              WITH ORDINALITY AS answered(item, place)) AS told
 CROSS JOIN LATERAL (
       SELECT count(*) FROM partner_change AS c WHERE c.request_id = b.request_id) AS made
 WHERE b.done_at IS NOT NULL
   AND (b.accepted, b.refused, b.accepted, b.agreements)
       IS DISTINCT FROM (told.accepted, told.refused, made.count, told.agreements)
"""
UNDONE = """
SELECT concat('run ', r.number, ' is complete, and batch ', b.number, ' is not done')
  FROM run AS r JOIN run_batch AS b ON b.run_id = r.id
 WHERE r.state = 'complete' AND b.done_at IS NULL
"""
ACCOUNTED = Invariant(
    "accounted",
    "Of every run, each agreement named is accepted, refused or not yet done, once.",
    (COUNTED, TWICE, ANSWERED, UNDONE),
)
