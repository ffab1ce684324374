"""Check: whether the partner of agreements can be changed, why not and when, and to what.

The same answer serves pages, programs, the terminal, and submit itself under its lock: the
preview is the act.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ofrecord.agreements.models import Agreement
from ofrecord.changes import facts
from ofrecord.changes.checked import Check, Standing, unknown
from ofrecord.changes.decided import Party
from ofrecord.changes.facts import Own, Span
from ofrecord.changes.members import ROLE_OF_KIND, Member
from ofrecord.journal import clock
from ofrecord.journal.prepared import Rows, fetch_parts
from ofrecord.parties.actors import Actor
from ofrecord.rules import policy
from ofrecord.rules.periods import periods, periods_sql
from ofrecord.rules.policy import AT_DECISION, Terms

__all__ = [
    "ROLE_OF_KIND",
    "Check",
    "Member",
    "Standing",
    "check",
    "check_changes",
    "check_each",
    "check_ids",
    "unknown",
]


def check(
    references: Sequence[str],
    *,
    by: Actor,
    partner: str | None = None,
    effective_on: date | None = None,
    judge_person: bool = True,
    occasion: str = "request",
    members: Sequence[Member] = (),
) -> list[Check]:
    """Check agreements by reference, in the order given, duplicates once.

    Those that the actor may not see, or that do not exist, are left out. `partner` is the new
    partner's account number; `effective_on` a later day of the vendor's; `members` those that
    it would replace, all where none is named. Call it inside `parties.context.seeing(by)`.
    """
    wanted = list(dict.fromkeys(references))
    found = Agreement.objects.visible_to(by).filter(reference__in=wanted)
    ids = dict(found.values_list("reference", "id"))
    person = by.judged_person if judge_person else None
    checks = check_ids(
        list(ids.values()),
        partner=partner,
        person=person,
        effective_on=effective_on,
        occasion=occasion,
        members=members,
    )
    return [checks[ids[reference]] for reference in wanted if reference in ids]


def check_ids(
    ids: Sequence[int],
    *,
    partner: str | None,
    person: int | None,
    effective_on: date | None = None,
    occasion: str = "request",
    undone: Sequence[int] = (),
    period: Span | None = None,
    terms: Terms | None = None,
    members: Sequence[Member] = (),
) -> dict[int, Check]:
    """The same for ids of agreements that were loaded already; one query for all of them.

    `undone` are the ids of the changes that an undo would take back, or a correction put right,
    at most one of each; `period` is that of a correction.
    """
    terms = terms or policy.live()
    if effective_on == clock.today():
        effective_on = None
    asked = facts.parameters(
        terms,
        partner=partner,
        person=person,
        effective_on=effective_on,
        period=period,
        members=members,
        occasion=occasion,
    )
    codes = terms.judged_by[occasion]
    given = {**asked, "undone": list(undone)}
    return _read(facts.of_agreements(ids, given), given, terms, codes, effective_on, tuple(members))


def check_each(own: Mapping[int, Own]) -> dict[int, Check]:
    """The same for agreements of which each is to have its own partner, now, by its own person."""
    terms = policy.live()
    asked = {**facts.parameters(terms), "undone": []}
    codes = terms.judged_by["request"]
    return _read(facts.of_each(asked, own), asked, terms, codes)


def check_changes(settled: Mapping[int, datetime]) -> dict[int, Check]:
    """What changes that awaited consent would do, each from when its last one was settled on.

    Judged once more is what may have altered since they were submitted. By agreement.
    """
    terms = policy.live()
    asked = facts.parameters(terms)
    return _read(facts.of_changes(settled), asked, terms, AT_DECISION)


def _read(
    found: tuple[str, dict[str, Any]],
    asked: dict[str, Any],
    terms: Terms,
    codes: Sequence[str],
    effective_on: date | None = None,
    members: tuple[Member, ...] = (),
) -> dict[int, Check]:
    sql, of_these = found
    query = _CHECK.format(facts=sql, periods=periods_sql(codes), places=_PLACES)
    given = {**asked, **of_these, "codes": list(terms.may_change)}
    judged = (terms, codes, asked["today"], effective_on, members)
    each = (row for rows in fetch_parts(query, given) for row in _decoded(rows))
    return {row["id"]: _checked(row, *judged) for row in each}


def _decoded(rows: Rows) -> Rows:
    """The rows with what they say in JSON, each column read in one go."""
    for name in ("periods", "standing", "restored"):
        column = json.loads(f"[{','.join(row[name] or 'null' for row in rows)}]")
        for row, said in zip(rows, column, strict=True):
            row[name] = said
    return rows


def _checked(
    row: dict[str, Any],
    terms: Terms,
    codes: Sequence[str],
    today: date,
    effective_on: date | None,
    members: tuple[Member, ...],
) -> Check:
    refusing = periods(codes, row.pop("periods"))
    standing = tuple(_standing(each) for each in row.pop("standing") or ())
    restored = row.pop("restored")
    told, who_can = tuple(row.pop("told") or ()), tuple(row.pop("who_can") or ())
    parties = tuple(Party(*each) for each in restored) if restored is not None else None
    found = (refusing, standing, told, who_can, parties, members)
    return Check(row, terms, today, effective_on, *found)


def _standing(each: list[Any]) -> Standing:
    *who, places, since, until = each
    instants = (datetime.fromisoformat(at) if at else None for at in (since, until))
    return Standing(*(*who, tuple(places), *instants))


_PLACES = facts.PLACES.format(given="f", role="f.partner_role")
# OFFSET 0: a fact is found once, and not again by every rule that asks for it.
_CHECK = """
SELECT f.*, account.name AS account_name, account.account_number,
       {periods}::text AS periods,
       (SELECT json_agg(json_build_array(t.id, t.partner_id, partner.account_number, partner.name,
                          t.role, t.subscription_id, subscription.reference, {places},
                          t.effective_from, t.effective_until)
                        ORDER BY t.role DESC, partner.name, t.id)
          FROM tenure AS t JOIN partner ON partner.id = t.partner_id
          LEFT JOIN subscription ON subscription.id = t.subscription_id
         WHERE t.agreement_id = f.id AND t.superseded_at IS NULL
           AND (t.effective_until IS NULL OR t.effective_until > f.effective_at)
           AND (f.effective_until IS NULL OR t.effective_from < f.effective_until))::text
         AS standing,
       CASE WHEN f.undone_id IS NOT NULL THEN coalesce((
         SELECT json_agg(json_build_array(m.partner_id, partner.account_number, partner.name,
                           m.role, subscription.reference, m.subscription_id) ORDER BY m.id)
           FROM partner_change_member AS m JOIN partner ON partner.id = m.partner_id
           LEFT JOIN subscription ON subscription.id = m.subscription_id
          WHERE m.change_id = f.undone_id AND m.before), '[]')::text END AS restored,
       (SELECT array_agg(DISTINCT told.id ORDER BY told.id) FROM (
               SELECT role.person_id FROM role WHERE role.account_id = f.account_id
                  AND role.name IN ('primary_admin', 'secondary_admin')
               UNION ALL SELECT f.contract_manager_id
               UNION ALL SELECT f.person) AS told(id)
         WHERE told.id IS NOT NULL) AS told,
       (SELECT array_agg(DISTINCT person.name ORDER BY person.name)
          FROM role JOIN person ON person.id = role.person_id
         WHERE NOT f.permitted AND role.account_id = f.account_id AND person.is_active
           AND (role.name = ANY (%(codes)s) OR 'contract_manager' = ANY (%(codes)s)
                AND person.id = f.contract_manager_id)) AS who_can
  FROM ({facts} OFFSET 0) AS f
  JOIN account ON account.id = f.account_id
"""
