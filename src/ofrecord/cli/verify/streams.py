"""The journal: streams without gaps, versions that follow them, a hash chain that is whole."""

from ofrecord.cli.verify.invariant import Invariant

VERSIONED = ("agreement", "account", "partner", "person")
GAPS = """
SELECT concat(stream, ' ', subject_id, ': ', count(*), ' events from ', min(sequence), ' to ',
              max(sequence))
  FROM event GROUP BY stream, subject_id
HAVING min(sequence) <> 1 OR max(sequence) <> count(*) OR count(DISTINCT sequence) <> count(*)
"""


def _versions(stream: str) -> str:
    return f"""
    SELECT concat('{stream} ', coalesce(subject.id, head.subject_id), ': version ',
                  coalesce(subject.version::text, 'of nothing'), ', last sequence ',
                  coalesce(head.sequence, 0))
      FROM {stream} AS subject
      FULL JOIN (SELECT subject_id, max(sequence) AS sequence FROM event
                  WHERE stream = '{stream}' GROUP BY subject_id) AS head
        ON head.subject_id = subject.id
     WHERE subject.version IS DISTINCT FROM coalesce(head.sequence, 0)
    """


PREVIEWED = """
SELECT concat('agreement ', reference, ': moved at version ', moved_at_version, ' of ', version)
  FROM agreement WHERE moved_at_version > version
"""
# The first version of the policy comes with the installation and has no event.
POLICY = """
SELECT concat('policy version ', coalesce(p.version, told.version), ': its event says otherwise')
  FROM (SELECT * FROM policy WHERE version > 1) AS p
  FULL JOIN (SELECT e.sequence + 1 AS version, e.recorded_at, said
               FROM event AS e
              CROSS JOIN LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb -> 'data' AS said
                                  OFFSET 0) AS body
              WHERE e.stream = 'policy') AS told ON told.version = p.version
 WHERE (told.said ->> 'version')::int IS DISTINCT FROM p.version
    OR told.said ->> 'in_force_on' IS DISTINCT FROM p.in_force_on::text
    OR told.recorded_at IS DISTINCT FROM p.published_at
    OR coalesce(told.said #>> '{by,on_behalf_of}', told.said #>> '{by,person}')::bigint
       IS DISTINCT FROM p.published_by_id
UNION ALL
SELECT concat('policy: ', count(*), ' versions from ', min(version), ' to ', max(version))
  FROM policy HAVING min(version) <> 1 OR max(version) <> count(*)
UNION ALL
SELECT concat('policy version ', version, ': begins before the one before')
  FROM (SELECT version, in_force_on, lag(in_force_on) OVER (ORDER BY version) AS before
          FROM policy) AS p WHERE in_force_on < before
"""
GAPLESS = Invariant(
    "gapless",
    "Every stream counts 1, 2, 3 without a gap, and versions, of the policy too, follow it.",
    (GAPS, *(_versions(stream) for stream in VERSIONED), PREVIEWED, POLICY),
    unindexed=True,
)

BROKEN = """
SELECT concat(e.stream, ' ', e.subject_id, ': event ', e.sequence, ' breaks the hash chain')
  FROM (SELECT stream, subject_id, sequence, hash, previous_hash, body,
               lag(hash, 1, decode(repeat('00', 32), 'hex'))
                 OVER (PARTITION BY stream, subject_id ORDER BY sequence) AS before
          FROM event) AS e
 WHERE e.previous_hash <> e.before OR e.hash <> sha256(e.previous_hash || e.body)
"""
# What endpoints receive is what the columns say: id, place, time, and who did it. OFFSET 0 has
# each body read once.
BODIES = """
SELECT concat(e.stream, ' ', e.subject_id, ': event ', e.sequence, ' says other than its row')
  FROM event AS e LEFT JOIN agreement AS a ON e.stream = 'agreement' AND a.id = e.subject_id
 CROSS JOIN LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb AS said OFFSET 0) AS body
 WHERE e.hash = sha256(e.previous_hash || e.body)
   AND (said ->> 'id' IS DISTINCT FROM e.id::text
        OR said ->> 'type' IS DISTINCT FROM e.type
        OR (said ->> 'sequence')::int IS DISTINCT FROM e.sequence
        OR (said ->> 'time')::timestamptz IS DISTINCT FROM e.recorded_at
        OR said ->> 'subject' IS DISTINCT FROM coalesce(a.reference, said ->> 'subject')
        OR (said #>> '{data,by,person}')::bigint IS DISTINCT FROM e.actor_id
        OR coalesce(said #> '{data,by}', '{}') ?& ARRAY['person', 'on_behalf_of', 'door',
                                                        'strength', 'request'] IS FALSE)
"""
UNTOLD = """
SELECT concat('change ', c.number, ' of ', a.reference, ' has no event at version ', c.version)
  FROM partner_change AS c JOIN agreement AS a ON a.id = c.agreement_id
  LEFT JOIN event AS e ON e.stream = 'agreement' AND e.subject_id = c.agreement_id
   AND e.sequence = c.version
 WHERE e.about IS DISTINCT FROM c.number
"""
CHAINED = Invariant(
    "chained",
    "Every act has its event, who did it among it, and the hash chain is whole.",
    (BROKEN, BODIES, UNTOLD),
)
