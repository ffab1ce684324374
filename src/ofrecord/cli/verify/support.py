"""What support did for customers: by whom, what it overrode, who agreed, and what it left alone."""

from collections.abc import Iterator

from django.db import connection

from ofrecord.changes.overrides import AGENTS, may_override
from ofrecord.cli.verify.invariant import Asked, Invariant
from ofrecord.cli.verify.rights import UNDONE_BY_SUPPORT, held_at_vendor
from ofrecord.rules.policy import Terms
from ofrecord.rules.versions import versions

BY_WHOM = f"""
SELECT concat('change ', c.number, ': was made for a customer by nobody of support, or without ',
              'a reason')
  FROM partner_change AS c
 WHERE (c.occasion = 'support' OR {UNDONE_BY_SUPPORT})
   AND (c.by_id IS NULL OR c.reason = ''
        OR NOT {held_at_vendor("c.by_id", "c.submitted_at", AGENTS)})
"""
OVERRIDDEN = """
SELECT c.number, c.occasion, c.policy_version, c.overridden, c.decided_at IS NOT NULL,
       EXISTS (SELECT FROM consent AS k WHERE k.change_id = c.id AND k.kind = 'override'
                  AND k.answer = 'given')
  FROM partner_change AS c WHERE c.overridden <> '{}'
"""


def _overridden(_asked: Asked) -> Iterator[str]:
    """Rules that the policy of the change let nobody override, or not without a second person."""
    terms = {each.number: each.terms for each in versions()}
    with connection.cursor() as cursor:
        cursor.execute(OVERRIDDEN)
        rows = cursor.fetchall()
    for number, occasion, version, codes, decided, agreed in rows:
        known = terms.get(version, Terms(overrides={}))
        if occasion != "support" or set(codes) - may_override(known, AGENTS):
            yield f"change {number}: overrides what nobody may: {', '.join(codes)}"
        grave = known.consent_days.get("override") and set(codes) & set(known.second_person_for)
        if decided and grave and not agreed:
            yield f"change {number}: overrides {', '.join(codes)} without a second person"


# A member that stays beside another one keeps the very rows that it had.
LEFT_ALONE = """
SELECT concat('change ', c.number, ': superseded tenure ', t.id, ' of a member that stays')
  FROM partner_change AS c
  JOIN tenure AS t ON t.superseded_by_id = c.id AND t.superseded_at = c.decided_at
  JOIN partner_change_member AS m ON m.change_id = c.id AND m.before AND m.after
   AND m.partner_id = t.partner_id AND m.role = t.role
   AND m.subscription_id IS NOT DISTINCT FROM t.subscription_id
 WHERE c.occasion IN ('request', 'order', 'support') AND m.partner_id <> c.partner_id
"""
SUPPORTED = Invariant(
    "made_by_support",
    "Support acted with a right and a reason, overrode what it may, and left alone what stays.",
    (BY_WHOM, _overridden, LEFT_ALONE),
)
