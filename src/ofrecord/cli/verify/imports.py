"""Conservation: what came in with the feeds is accounted for, and totals add up."""

from ofrecord.cli.verify.invariant import Invariant

TERMS = """
SELECT concat('agreement ', a.reference, ' ends on ', a.ends_on, ', its last term on ',
              last.end_on)
  FROM agreement AS a
  LEFT JOIN (SELECT agreement_id, max(end_on) AS end_on FROM term GROUP BY agreement_id) AS last
    ON last.agreement_id = a.id
 WHERE last.end_on IS DISTINCT FROM a.ends_on
"""
STRAYS = """
SELECT concat('term ', t.id, ' is of another account than its agreement')
  FROM term AS t JOIN agreement AS a ON a.id = t.agreement_id WHERE t.account_id <> a.account_id
UNION ALL
SELECT concat('subscription ', s.reference, ' is of another account than its agreement')
  FROM subscription AS s JOIN agreement AS a ON a.id = s.agreement_id
 WHERE s.account_id <> a.account_id
"""
# An agreement comes in once: with a feed, or by the order that purchased it.
CAME_IN_ONCE = """
SELECT concat('agreement ', a.reference, ' was loaded ', loads.count, ' times and purchased ',
              purchases.count)
  FROM agreement AS a
  LEFT JOIN LATERAL (SELECT count(*) FROM partner_change AS c
                      WHERE c.agreement_id = a.id AND c.occasion = 'load') AS loads ON true
  LEFT JOIN LATERAL (SELECT count(*) FROM event AS e
                      WHERE e.stream = 'agreement' AND e.subject_id = a.id AND e.sequence = 1
                        AND e.type = 'agreement.purchased') AS purchases ON true
 WHERE loads.count + purchases.count <> 1
"""
# The journal of each load names as many partners of record as it opened tenures.
AS_TOLD = """
SELECT concat('load ', c.number, ' opened ', coalesce(opened.count, 0), ' tenures, and tells of ',
              told.count)
  FROM partner_change AS c JOIN event AS e ON e.id = c.applied_event
  LEFT JOIN (SELECT opened_by_id, count(*) FROM tenure GROUP BY opened_by_id) AS opened
    ON opened.opened_by_id = c.id
 CROSS JOIN LATERAL (SELECT jsonb_array_length(convert_from(e.body, 'UTF8')::jsonb
                                               #> '{data,partners_of_record}') AS count) AS told
 WHERE c.occasion = 'load' AND told.count IS DISTINCT FROM coalesce(opened.count, 0)
"""
CONSERVED = Invariant(
    "conserved",
    "Every agreement was loaded or purchased once, and all that came in with it is there.",
    (CAME_IN_ONCE, AS_TOLD, TERMS, STRAYS),
)
