"""Partners of record through time: one set at every instant, whose boundaries are explained."""

from ofrecord.cli.verify.invariant import Invariant

# A boundary is explained by the effective time of a change that stands, or by what a load knew.
UNEXPLAINED = """
SELECT concat('agreement ', a.reference, ': its partners of record change at ', boundary.at,
              ', which no load and no change explains')
  FROM (SELECT agreement_id, effective_from AS at FROM tenure WHERE superseded_at IS NULL
        UNION
        SELECT agreement_id, effective_until FROM tenure
         WHERE superseded_at IS NULL AND effective_until IS NOT NULL
        EXCEPT
        SELECT agreement_id, effective_at FROM partner_change
         WHERE decided_at IS NOT NULL AND state IN ('scheduled', 'applied', 'complete')
        EXCEPT
        SELECT agreement_id, effective_until FROM partner_change WHERE occasion = 'correction'
        EXCEPT
        SELECT t.agreement_id, edge.at
          FROM tenure AS t JOIN partner_change AS c ON c.id = t.opened_by_id
         CROSS JOIN LATERAL (VALUES (t.effective_from), (t.effective_until)) AS edge(at)
         WHERE c.occasion = 'load') AS boundary
  JOIN agreement AS a ON a.id = boundary.agreement_id
"""
# A correction may count from the very instant of what it puts right.
EXPLAINED_TWICE = """
SELECT concat('agreement ', min(a.reference), ': changes ', string_agg(c.number, ' and '),
              ' take effect at the same instant ', c.effective_at)
  FROM partner_change AS c JOIN agreement AS a ON a.id = c.agreement_id
 WHERE c.occasion NOT IN ('load', 'correction')
   AND c.state IN ('scheduled', 'applied', 'complete')
 GROUP BY c.agreement_id, c.effective_at HAVING count(*) > 1
"""
OF_ANOTHER = """
SELECT concat('tenure ', t.id, ' is of another account or agreement than what it belongs to')
  FROM tenure AS t JOIN agreement AS a ON a.id = t.agreement_id
  LEFT JOIN subscription AS s ON s.id = t.subscription_id
 WHERE t.account_id <> a.account_id OR s.agreement_id <> t.agreement_id
"""
# What an undo restores stood together before; a load may have known of partners to come.
TOGETHER = """
SELECT concat('change ', u.number, ': puts partners in force together who came one after another')
  FROM partner_change AS u JOIN partner_change AS c ON c.id = u.undoes_id
 WHERE EXISTS (SELECT FROM tenure AS t JOIN partner_change AS o ON o.id = t.opened_by_id
                WHERE t.superseded_by_id = c.id AND t.effective_from > c.effective_at
                  AND o.occasion <> 'load')
"""
ONE_PARTNER_SET = Invariant(
    "one_partner_set",
    "There is one partner set at every instant, and each boundary is explained.",
    (UNEXPLAINED, EXPLAINED_TWICE, OF_ANOTHER, TOGETHER),
)

OVERLAPS = """
SELECT concat('agreement ', x.agreement_id, ': tenures ', x.id, ' and ', y.id, ' overlap')
  FROM tenure AS x JOIN tenure AS y
    ON y.agreement_id = x.agreement_id AND y.partner_id = x.partner_id AND y.role = x.role
   AND y.subscription_id IS NOT DISTINCT FROM x.subscription_id AND y.id > x.id
 WHERE x.superseded_at IS NULL AND y.superseded_at IS NULL
   AND tstzrange(x.effective_from, x.effective_until)
       && tstzrange(y.effective_from, y.effective_until)
"""
UNGUARDED = """
SELECT 'the database does not refuse tenures that overlap: tenure_no_overlap'
 WHERE NOT EXISTS (
       SELECT FROM pg_constraint AS c JOIN pg_index AS i ON i.indexrelid = c.conindid
        WHERE c.conname = 'tenure_no_overlap' AND c.conrelid = 'tenure'::regclass
          AND c.contype = 'x' AND c.convalidated AND i.indisvalid AND i.indisready)
"""
NO_OVERLAP = Invariant(
    "no_overlap",
    "Tenures that are not superseded never overlap, and the database refuses it.",
    (OVERLAPS, UNGUARDED),
    unindexed=True,
)
