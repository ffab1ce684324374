"""Rights were held when it was done, as far as the rows can tell."""

from ofrecord.cli.verify.invariant import Invariant

# Nothing takes a role away without an event of its own, so whoever submitted still has a role in
# the account, or the journal tells of its end.
SUBMITTED = """
SELECT concat('change ', c.number, ': person ', coalesce(c.on_behalf_of_id, c.by_id),
              ' submitted it and holds no role in its account')
  FROM partner_change AS c
 WHERE c.occasion IN ('request', 'undo') AND coalesce(c.on_behalf_of_id, c.by_id) IS NOT NULL
   AND NOT EXISTS (SELECT FROM role WHERE role.account_id = c.account_id
                      AND role.person_id = coalesce(c.on_behalf_of_id, c.by_id))
   AND NOT EXISTS (SELECT FROM event AS e WHERE e.account_id = c.account_id
                      AND e.type = 'role.ended' AND e.recorded_at > c.submitted_at)
"""
TOLD_OTHERWISE = """
SELECT concat('change ', c.number, ': the journal names another actor, policy or partner')
  FROM partner_change AS c
  JOIN event AS e ON e.stream = 'agreement' AND e.subject_id = c.agreement_id
   AND e.sequence = c.version
  LEFT JOIN partner ON partner.id = c.partner_id
 CROSS JOIN LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb -> 'data' AS said
                     OFFSET 0) AS body
 WHERE c.occasion <> 'load' AND e.about = c.number
   AND ((said #>> '{by,person}')::bigint IS DISTINCT FROM c.by_id
        OR (said #>> '{by,on_behalf_of}')::bigint IS DISTINCT FROM c.on_behalf_of_id
        OR said #>> '{by,door}' IS DISTINCT FROM c.door
        OR (said ->> 'policy_version')::int IS DISTINCT FROM c.policy_version
        OR said ->> 'occasion' IS DISTINCT FROM c.occasion
        OR NOT said -> 'gaining' || (said -> 'staying') ? partner.account_number)
"""
UNKNOWN_POLICY = """
SELECT concat('change ', c.number, ': was judged by policy ', c.policy_version,
              ', which was not published then')
  FROM partner_change AS c LEFT JOIN policy AS p ON p.version = c.policy_version
 WHERE c.occasion <> 'load' AND (p.version IS NULL OR p.published_at > c.submitted_at)
"""
# A policy may leave the lock unjudged, or let support override it; then it stands against nothing.
WHILE_LOCKED = """
SELECT concat('change ', c.number, ': was decided while its agreement was locked')
  FROM partner_change AS c JOIN policy AS p ON p.version = c.policy_version
  JOIN agreement_lock AS held ON held.agreement_id = c.agreement_id
   AND held.locked_at < c.decided_at AND coalesce(held.lifted_at, 'infinity') > c.decided_at
 WHERE p.parameters -> 'judged_by' -> c.occasion ? 'locked' AND 'locked' <> ALL (c.overridden)
"""
# Who gave or refused a consent stood for its party: at the firm, in the account, at the vendor.
CONSENTED = """
SELECT concat('consent ', k.id, ' (', k.kind, '): was answered by somebody who could not')
  FROM consent AS k JOIN partner_change AS c ON c.id = k.change_id
 WHERE k.answer IN ('given', 'refused')
   AND CASE k.kind
       WHEN 'approval' THEN k.answered_by_id IS NULL
            OR k.answered_by_id = coalesce(c.on_behalf_of_id, c.by_id)
            OR NOT EXISTS (SELECT FROM role AS r WHERE r.person_id = k.answered_by_id
                              AND r.account_id = k.account_id)
       WHEN 'confirmation' THEN k.client = '' AND k.answered_by_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM role AS r WHERE r.person_id = k.answered_by_id
                               AND r.account_id IS NULL AND r.partner_id IS NULL)
       WHEN 'override' THEN k.answered_by_id IS NULL
            OR k.answered_by_id = ANY (ARRAY[c.by_id, c.on_behalf_of_id])
            OR NOT EXISTS (SELECT FROM role AS r WHERE r.person_id = k.answered_by_id
                              AND r.account_id IS NULL AND r.partner_id IS NULL
                              AND r.name IN ('support_agent', 'operations', 'administrator'))
       ELSE k.client = '' AND NOT EXISTS (
            SELECT FROM role AS r WHERE r.person_id = k.answered_by_id
               AND r.partner_id = k.partner_id) END
   AND NOT EXISTS (SELECT FROM event AS e WHERE e.type = 'role.ended'
                      AND e.recorded_at > k.recorded_at)
"""
DECIDED_WITHOUT = """
SELECT concat('change ', c.number, ': is ', c.state, ', and the ', k.kind, ' consent is ',
              coalesce(nullif(k.answer, ''), 'waited for'))
  FROM consent AS k JOIN partner_change AS c ON c.id = k.change_id
 WHERE c.decided_at IS NOT NULL
   AND NOT (k.answer = 'given' OR k.answer = 'lapsed' AND k.kind = 'losing')
"""
HELD = Invariant(
    "rights_held",
    "Who submitted or consented could, and nothing that was locked has changed.",
    (SUBMITTED, TOLD_OTHERWISE, UNKNOWN_POLICY, WHILE_LOCKED, CONSENTED, DECIDED_WITHOUT),
)
