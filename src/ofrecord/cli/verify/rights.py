"""Rights were held when it was done, as far as the rows can tell."""

from ofrecord.changes.overrides import AGENTS
from ofrecord.cli.verify.invariant import Invariant
from ofrecord.parties.models import VENDOR_ROLES


def held(person: str, since: str, where: str, told: str) -> str:
    """SQL: whether somebody holds a role, or their own stream tells that it ended since then.

    `where` says of `role`, and `told` of the `said` of an event, which role is meant.
    """
    return f"""(
         EXISTS (SELECT FROM role WHERE role.person_id = {person} AND {where})
         OR EXISTS (
            SELECT FROM event AS e
             CROSS JOIN LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb -> 'data' AS said
                                 OFFSET 0) AS body
             WHERE e.stream = 'person' AND e.subject_id = {person}
               AND e.type IN ('person.role_removed', 'person.role_changed')
               AND e.recorded_at > {since} AND {told}))"""


def held_in(side: str, person: str, since: str, id: str) -> str:
    """The same, of any role in an account or at a partner, which `side` says."""
    number = f"(SELECT account_number FROM {side} AS place WHERE place.id = {id})"
    return held(person, since, f"role.{side}_id = {id}", f"said ->> '{side}' = {number}")


def held_at_vendor(person: str, since: str, names: tuple[str, ...]) -> str:
    """The same, of a role of these names at the vendor."""
    told = "coalesce(said ->> 'account', said ->> 'partner') IS NULL"
    return held(
        person,
        since,
        f"coalesce(role.account_id, role.partner_id) IS NULL AND role.name IN {names}",
        f"{told} AND coalesce(said ->> 'before', said ->> 'role') IN {names}",
    )


ASKED_BY = "coalesce(c.on_behalf_of_id, c.by_id)"
UNDONE_BY_SUPPORT = "(c.occasion = 'undo' AND c.cause = 'support')"
SUBMITTED = f"""
SELECT concat('change ', c.number, ': person ', {ASKED_BY},
              ' submitted it and held no role in its account')
  FROM partner_change AS c
 WHERE c.occasion IN ('request', 'undo') AND NOT {UNDONE_BY_SUPPORT} AND {ASKED_BY} IS NOT NULL
   AND NOT {held_in("account", ASKED_BY, "c.submitted_at", "c.account_id")}
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
ANSWERED = ("k.answered_by_id", "k.recorded_at")
CONSENTED = f"""
SELECT concat('consent ', k.id, ' (', k.kind, '): was answered by somebody who could not')
  FROM consent AS k JOIN partner_change AS c ON c.id = k.change_id
 WHERE k.answer IN ('given', 'refused')
   AND CASE k.kind
       WHEN 'approval' THEN k.answered_by_id IS NULL OR k.answered_by_id = {ASKED_BY}
            OR NOT {held_in("account", *ANSWERED, "k.account_id")}
       WHEN 'confirmation' THEN k.client = '' AND k.answered_by_id IS NOT NULL
            AND NOT {held_at_vendor(*ANSWERED, VENDOR_ROLES)}
       WHEN 'override' THEN k.answered_by_id IS NULL
            OR k.answered_by_id = ANY (ARRAY[c.by_id, c.on_behalf_of_id])
            OR NOT {held_at_vendor(*ANSWERED, AGENTS)}
       ELSE k.client = '' AND NOT {held_in("partner", *ANSWERED, "k.partner_id")} END
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
