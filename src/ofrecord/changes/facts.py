"""The row of facts that rules judge: one query for one agreement or for all of a list.

Columns that nobody asks for cost nothing: they are scalar subqueries of a subquery that the
planner pulls up.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from ofrecord.changes.members import Member, as_json
from ofrecord.journal import clock
from ofrecord.rules.policy import Terms

Span = tuple[datetime, datetime | None]
Own = tuple[str, int | None]
"""What is asked of one agreement among others: the new partner's number, and for which person."""

# The places of the named members that a tenure `t` is among; of the whole set all have place 0, but
# for those in roles that stay. `named` and `role` come from what is asked.
PLACES = """
CASE WHEN {given}.only <> '[]' THEN ARRAY(
       SELECT named.place::int
         FROM jsonb_array_elements({given}.only) WITH ORDINALITY AS named(member, place)
        WHERE named.member ->> 0 = t.role
          AND coalesce(named.member ->> 1 = (SELECT s.reference FROM subscription AS s
                                              WHERE s.id = t.subscription_id),
                       named.member ->> 1 IS NULL)
          AND coalesce(named.member ->> 2 = (SELECT p.account_number FROM partner AS p
                                              WHERE p.id = t.partner_id),
                       named.member ->> 2 IS NULL))
     WHEN {given}.staying <> '{{}}' AND t.role = ANY ({given}.staying)
          AND t.role IS DISTINCT FROM {role} THEN ARRAY[]::int[]
     ELSE ARRAY[0] END
"""
_ROLE = "CASE gaining.kind WHEN 'distributor' THEN 'distributor' ELSE 'reseller' END"
# The tenures that the change would replace.
_REPLACED = """
tenure AS t WHERE t.agreement_id = a.id AND t.superseded_at IS NULL
           AND (t.effective_until IS NULL OR t.effective_until > given.effective_at)
           AND ({places}) <> '{{}}'""".format(places=PLACES.format(given="given", role=_ROLE))
# Of named members only the products that they are of record for.
_IN_SCOPE = f"""
(given.only = '[]' OR EXISTS (SELECT FROM {_REPLACED}
             AND (t.subscription_id IS NULL OR t.subscription_id = s.id)))"""

_FACTS = """
SELECT a.id, a.reference, a.purchasing_model, a.account_id, a.program, a.token_flex, a.country,
       a.contract_manager_id, a.version, a.moved_at_version, term.start_on, term.end_on,
       term.auto_renew, given.number AS partner_number, given.malformed AS partner_malformed,
       given.number IS NOT NULL AND NOT given.malformed AND gaining.id IS NULL AS partner_unknown,
       gaining.id AS partner_id, gaining.name AS partner_name, gaining.kind AS partner_kind,
       gaining.status AS partner_status, gaining.version AS partner_version,
       greatest(given.effective_at,
                (SELECT min(first.start_on) FROM term AS first WHERE first.agreement_id = a.id)
                ::timestamp AT TIME ZONE %(zone)s) AS effective_at, given.effective_until,
       (SELECT c.number FROM partner_change AS c WHERE c.agreement_id = a.id
           AND c.state IN ('submitted', 'awaiting_consent', 'scheduled')) AS open_change,
       (SELECT c.state FROM partner_change AS c WHERE c.agreement_id = a.id
           AND c.state IN ('submitted', 'awaiting_consent', 'scheduled')) AS open_change_state,
       given.person, given.person IS NULL OR EXISTS (
         SELECT FROM role WHERE role.person_id = given.person AND role.account_id = a.account_id
            AND (role.name = ANY (%(may_change)s)
                 OR 'contract_manager' = ANY (%(may_change)s)
                    AND a.contract_manager_id = role.person_id)) AS permitted,
       coalesce((SELECT bool_and(t.partner_id = gaining.id) FROM {replaced}), false)
         AS partner_already,
       given.only, given.staying, given.occasion, given.overridden, {role} AS partner_role,
       given.only <> '[]' AS named, given.only <> '[]' OR given.staying <> '{}' AS partly,
       gaining.id IS NULL OR gaining.authorized_countries = '{}'
         OR a.country = ANY (gaining.authorized_countries) AS partner_territory,
       gaining.id IS NULL OR gaining.authorized_products = '{}' OR NOT EXISTS (
         SELECT FROM subscription AS s WHERE s.agreement_id = a.id
            AND s.product <> ALL (gaining.authorized_products)
            AND {in_scope}) AS partner_product,
       undone.id AS undone_id, undone.number AS undone_number,
       undone.occasion AS undone_occasion, undone.state AS undone_state,
       (SELECT each.day FROM generate_series(1, 366) AS after(days),
               date((undone.effective_at AT TIME ZONE %(zone)s)::date + after.days) AS each(day)
         WHERE undone.id IS NOT NULL AND extract(isodow FROM each.day) < 6
           AND each.day <> ALL (%(holidays)s::date[])
         ORDER BY each.day OFFSET %(undo_working_days)s - 1 LIMIT 1) AS undo_until,
       (SELECT c.number FROM partner_change AS c
         WHERE undone.id IS NOT NULL AND c.agreement_id = a.id
           AND (c.decided_at, c.id) > (undone.decided_at, undone.id)
           AND c.state NOT IN ('cancelled', 'declined', 'expired')
         ORDER BY c.decided_at DESC, c.id DESC LIMIT 1) AS decided_since,
       ARRAY(SELECT DISTINCT p.name FROM partner_change_member AS m
               JOIN partner AS p ON p.id = m.partner_id
              WHERE m.change_id = undone.id AND m.before AND p.status <> 'active'
              ORDER BY p.name) AS restored_inactive,
       (SELECT max(c.effective_at AT TIME ZONE %(zone)s)::date FROM partner_change AS c
         WHERE {cooling} AND c.agreement_id = a.id AND c.occasion = 'request'
           AND c.state IN ('applied', 'complete')
           AND NOT EXISTS (SELECT FROM partner_change AS u WHERE u.undoes_id = c.id)
       ) AS changed_on,
       EXISTS (SELECT FROM agreement_lock AS l
                WHERE l.agreement_id = a.id AND l.lifted_at IS NULL) AS locked,
       ARRAY(SELECT DISTINCT s.product FROM subscription AS s
              WHERE gaining.authorized_products <> '{}' AND s.agreement_id = a.id
                AND s.product <> ALL (gaining.authorized_products)
                AND {in_scope}) AS products_not_authorized
  FROM agreement AS a
 {given}
 {undone}
 CROSS JOIN LATERAL (
       SELECT start_on, end_on, auto_renew FROM term AS each WHERE each.agreement_id = a.id
        ORDER BY CASE WHEN %(today)s::date BETWEEN each.start_on AND each.end_on THEN 0
                      WHEN each.end_on < %(today)s::date THEN 1 ELSE 2 END,
                 CASE WHEN each.end_on < %(today)s::date THEN each.number END DESC, each.number
        LIMIT 1) AS term
"""
# What is asked: of every agreement the same, of each its own partner for its own person, or of each
# what its change wants.
_TERMS = """
%(effective_at)s::timestamptz AS effective_at, %(effective_until)s::timestamptz AS effective_until,
{only} AS only, {staying} AS staying, %(occasion)s::text AS occasion, '{}'::text[] AS overridden"""
_ASKED = f"""
 CROSS JOIN (SELECT %(partner)s::text AS number, %(malformed)s::boolean AS malformed,
                    %(person)s::bigint AS person, {_TERMS}) AS given
  LEFT JOIN find_partner(%(partner)s) AS gaining ON true
"""
_EACH = f"""
  JOIN (SELECT asked.*, {_TERMS}
          FROM unnest(%(each)s::bigint[], %(partners)s::text[], %(misnamed)s::boolean[],
                      %(people)s::bigint[]) AS asked(agreement_id, number, malformed, person)
       ) AS given ON given.agreement_id = a.id
  LEFT JOIN LATERAL find_partner(given.number) AS gaining ON true
"""
_WANTED = """
  JOIN (SELECT c.agreement_id, p.account_number AS number, false AS malformed,
               greatest(c.effective_at, settled.at) AS effective_at,
               NULL::timestamptz AS effective_until, NULL::bigint AS person, c.only, c.occasion,
               c.overridden,
               ARRAY(SELECT jsonb_array_elements_text(
                       coalesce(judged.parameters -> 'staying_roles', '[]'))) AS staying
          FROM unnest(%(changes)s::bigint[], %(settled)s::timestamptz[]) AS settled(id, at)
          JOIN partner_change AS c ON c.id = settled.id
          JOIN policy AS judged ON judged.version = c.policy_version
          JOIN partner AS p ON p.id = c.partner_id) AS given ON given.agreement_id = a.id
  LEFT JOIN LATERAL find_partner(given.number) AS gaining ON true
"""
for _name, _sql in (("replaced", _REPLACED), ("in_scope", _IN_SCOPE), ("role", _ROLE)):
    _FACTS = _FACTS.replace(f"{{{_name}}}", _sql)
NO_MEMBERS = as_json(())
# What only some ask for, and what stands in its place for the others: to begin each part of a
# statement costs as much as a small one, so the planner is shown that there is nothing to it.
_PARTS = {
    "only": ("%(only)s::jsonb", "'[]'::jsonb"),
    "staying": ("%(staying_roles)s::text[]", "'{}'::text[]"),
    "cooling": ("true", "false"),
    "undone": (
        """LEFT JOIN partner_change AS undone
         ON undone.agreement_id = a.id AND undone.id = ANY (%(undone)s::bigint[])""",
        """CROSS JOIN (SELECT NULL::bigint AS id, NULL::text AS number, NULL::text AS occasion,
                    NULL::text AS state, NULL::timestamptz AS effective_at,
                    NULL::timestamptz AS decided_at) AS undone""",
    ),
}


def _facts(given: str, asked: Mapping[str, Any] | None = None) -> str:
    """The statement with the parts that are asked for, or with all of them."""
    return _composed(given, frozenset(_PARTS) if asked is None else _wanted(asked))


@lru_cache(maxsize=64)
def _composed(given: str, wanted: frozenset[str]) -> str:
    sql = _FACTS.replace("{given}", given)
    for name, (part, instead) in _PARTS.items():
        sql = sql.replace(f"{{{name}}}", part if name in wanted else instead)
    return sql


def _wanted(asked: Mapping[str, Any]) -> frozenset[str]:
    parts = {
        "only": asked["only"] != NO_MEMBERS,
        "staying": asked["staying_roles"],
        "cooling": asked["cool_down_days"],
        "undone": asked["undone"],
    }
    return frozenset(name for name, wanted in parts.items() if wanted)


FACTS = _facts(_ASKED)


def parameters(
    terms: Terms,
    *,
    partner: str | None = None,
    person: int | None = None,
    effective_on: date | None = None,
    period: Span | None = None,
    members: Sequence[Member] = (),
    occasion: str = "request",
) -> dict[str, Any]:
    """What `FACTS` and the rules ask for. `person` None leaves permission unjudged.

    `period` is that of a correction, in place of a day from which on a change counts; `members`
    are those that the partner would replace, all where none is named.
    """
    today = clock.today()
    since, until = period or (effective_instant(effective_on), None)
    return {
        "today": today,
        "zone": settings.TIME_ZONE,
        "effective_at": since,
        "effective_until": until,
        "partner": partner,
        "malformed": partner is not None and not well_formed(partner),
        "person": person,
        "may_change": list(terms.may_change),
        "near_expiration_days": terms.near_expiration_days,
        "cool_down_days": terms.cool_down_days,
        "undo_working_days": terms.undo_working_days,
        "holidays": list(terms.holidays),
        "undone": [],
        "only": as_json(members),
        "staying_roles": list(terms.staying_roles),
        "occasion": occasion,
    }


def effective_instant(effective_on: date | None) -> datetime:
    """Now, or the beginning of a later day for the vendor."""
    if effective_on is None or effective_on <= clock.today():
        return clock.business_now()
    return clock.midnight(effective_on)


def well_formed(number: str) -> bool:
    """Whether this is in the format of a partner's account number."""
    return re.fullmatch(settings.OFRECORD_ACCOUNT_NUMBER_PATTERN, number, re.ASCII) is not None


def of_agreements(ids: Sequence[int], asked: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The facts of these agreements only: SQL and what it asks for besides `asked`."""
    return f"{_facts(_ASKED, asked)} WHERE a.id = ANY (%(ids)s)", {"ids": list(ids)}


def of_each(asked: Mapping[str, Any], own: Mapping[int, Own]) -> tuple[str, dict[str, Any]]:
    """The facts of agreements of which each is asked something of its own."""
    partners, people = zip(*own.values(), strict=True)
    return f"{_facts(_EACH, asked)} WHERE a.id = ANY (%(each)s)", {
        "each": list(own),
        "partners": list(partners),
        "misnamed": [not well_formed(number) for number in partners],
        "people": list(people),
    }


def of_changes(settled: Mapping[int, datetime]) -> tuple[str, dict[str, Any]]:
    """The facts of agreements under what their changes want, from when these are settled on."""
    return _facts(_WANTED), {"changes": list(settled), "settled": list(settled.values())}
