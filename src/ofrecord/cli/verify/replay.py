"""As-of answers are reproducible: the journal, replayed, says what the tenures say."""

from ofrecord.cli.verify.invariant import Invariant

# A triple is an agreement, an effective instant and a recorded one; half of them are of
# agreements whose partners have changed, and all lie on boundaries or just beside them.
# Agreements are dealt as from shuffled cards: none comes again before every other has come.
TRIPLES = """
changed AS MATERIALIZED (
    SELECT array_agg(agreement_id ORDER BY random()) AS ids
      FROM (SELECT DISTINCT agreement_id FROM partner_change WHERE occasion <> 'load') AS moved),
known AS MATERIALIZED (SELECT array_agg(id ORDER BY random()) AS ids FROM agreement),
drawn AS MATERIALIZED (
    SELECT one.ids[1 + mod(round.number / 2, cardinality(one.ids))] AS id, round.number
      FROM generate_series(1, %(samples)s) AS round(number)
     CROSS JOIN changed CROSS JOIN known
     CROSS JOIN LATERAL (SELECT CASE WHEN mod(round.number, 2) = 0 AND changed.ids IS NOT NULL
                                     THEN changed.ids ELSE known.ids END AS ids) AS one
     WHERE known.ids IS NOT NULL),
triple AS MATERIALIZED (
    SELECT drawn.number, drawn.id, recorded.at AS recorded, effective.at AS effective
      FROM drawn
     CROSS JOIN LATERAL (
           SELECT recorded_at + beside.shift AS at
             FROM event CROSS JOIN (VALUES (interval '0'), (interval '-1 microsecond'),
                                           (interval '1 microsecond')) AS beside(shift)
            WHERE stream = 'agreement' AND subject_id = drawn.id
            ORDER BY random() LIMIT 1) AS recorded
     CROSS JOIN LATERAL (
           SELECT edge.at + beside.shift AS at
             FROM tenure AS t
            CROSS JOIN LATERAL (VALUES (t.effective_from), (t.effective_until)) AS edge(at)
            CROSS JOIN (VALUES (interval '0'), (interval '-1 microsecond'),
                               (interval '1 day')) AS beside(shift)
            WHERE t.agreement_id = drawn.id AND edge.at IS NOT NULL
            ORDER BY random() LIMIT 1) AS effective)
"""
# The latest decision that was known and not called off, and had taken effect; else the load.
# Calling one off is a decision too: that what stood before it goes on.
REPLAYED = """
latest AS (
    SELECT DISTINCT ON (triple.number) triple.number, decision.told
      FROM triple CROSS JOIN LATERAL (
           SELECT e.sequence, e.type, convert_from(e.body, 'UTF8')::jsonb -> 'data' AS told
             FROM event AS e
            WHERE e.stream = 'agreement' AND e.subject_id = triple.id
              AND e.recorded_at <= triple.recorded
              AND e.type IN ('agreement.loaded', 'partner_change.scheduled',
                             'partner_change.applied', 'partner_change.cancelled')
              AND (e.type = 'partner_change.cancelled' OR NOT EXISTS (
                  SELECT FROM event AS off
                   WHERE off.stream = e.stream AND off.subject_id = e.subject_id
                     AND off.about = e.about AND off.type = 'partner_change.cancelled'
                     AND off.recorded_at <= triple.recorded))) AS decision
     WHERE decision.type = 'agreement.loaded'
        OR ((decision.told ->> 'effective_at')::timestamptz <= triple.effective
            AND (decision.type <> 'partner_change.cancelled' OR decision.told ? 'continues')
            AND coalesce((decision.told ->> 'effective_until')::timestamptz, 'infinity')
                > triple.effective)
     ORDER BY triple.number, decision.sequence DESC),
replayed AS (
    SELECT triple.number,
           ARRAY(SELECT DISTINCT concat_ws('/', party ->> 'partner', party ->> 'role',
                                  party ->> 'subscription')
                   FROM jsonb_array_elements(coalesce(latest.told -> 'partners_of_record',
                                                      latest.told -> 'continues',
                                                      latest.told -> 'after')) AS party
                  WHERE coalesce((party ->> 'effective_at')::timestamptz, '-infinity')
                        <= triple.effective
                  ORDER BY 1) AS parties
      FROM triple LEFT JOIN latest USING (number))
"""
KEPT = """
kept AS (
    SELECT triple.number,
           ARRAY(SELECT DISTINCT concat_ws('/', p.account_number, t.role, s.reference)
                   FROM tenure AS t JOIN partner AS p ON p.id = t.partner_id
                   LEFT JOIN subscription AS s ON s.id = t.subscription_id
                  WHERE t.agreement_id = triple.id AND t.recorded_at <= triple.recorded
                    AND (t.superseded_at IS NULL OR t.superseded_at > triple.recorded)
                    AND t.effective_from <= triple.effective
                    AND (t.effective_until IS NULL OR t.effective_until > triple.effective)
                  ORDER BY 1) AS parties
      FROM triple)
"""
DIFFERENT = f"""
WITH {TRIPLES}, {REPLAYED}, {KEPT}
SELECT concat('agreement ', a.reference, ' at ', triple.effective, ' as known at ',
              triple.recorded, ': the journal says ', replayed.parties, ', the tenures ',
              kept.parties)
  FROM triple JOIN replayed USING (number) JOIN kept USING (number)
  JOIN agreement AS a ON a.id = triple.id
 WHERE replayed.parties <> kept.parties
"""
REPLAY = Invariant(
    "replay",
    "The journal, replayed, gives the partners of record that the tenures give.",
    (DIFFERENT,),
)
