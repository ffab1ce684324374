"""Check: whether the partner of agreements can be changed, why not and when, and to what.

The same answer serves pages, programs, the terminal, and submit itself under its lock: the
preview is the act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from ofrecord.agreements.models import Agreement
from ofrecord.changes import facts
from ofrecord.changes.decided import Party
from ofrecord.changes.facts import Span
from ofrecord.changes.fingerprint import Fingerprint, digest
from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared
from ofrecord.parties.actors import Actor
from ofrecord.rules import policy, rule, verdicts
from ofrecord.rules.policy import AT_DECISION, Terms
from ofrecord.rules.verdicts import Case, Period, Remedy, Verdict

ROLE_OF_KIND = {
    "reseller": "reseller",
    "solution_provider": "reseller",
    "distributor": "distributor",
}


@dataclass(frozen=True)
class Standing:
    """A tenure that is in force when the change takes effect, or to come after it."""

    tenure_id: int
    partner_id: int
    number: str
    name: str
    role: str
    subscription_id: int | None
    subscription: str | None
    effective_from: datetime
    effective_until: datetime | None

    @property
    def party(self) -> Party:
        scope = (self.subscription, self.subscription_id)
        return Party(self.partner_id, self.number, self.name, self.role, *scope)


@dataclass(frozen=True)
class Check:
    """The answer for one agreement.

    `verdicts` holds the rules that refuse today or on the effective day; `periods` all periods
    in which any rule refuses. `told` are the ids of the people who will be told.
    """

    facts: dict[str, Any]
    terms: Terms
    today: date
    effective_on: date | None
    periods: tuple[Period, ...]
    standing: tuple[Standing, ...]
    told: tuple[int, ...]
    who_can: tuple[str, ...]
    occasion: str = "request"
    restored: tuple[Party, ...] | None = None

    @property
    def reference(self) -> str:
        return str(self.facts["reference"])

    @property
    def available(self) -> bool:
        return not self.refusing

    @cached_property
    def refusing(self) -> tuple[Period, ...]:
        """The periods that contain today, or the day on which the change takes effect."""
        days = {self.today, self.effective_day}
        return tuple(p for p in self.periods if any(p.contains(day) for day in days))

    @property
    def effective_day(self) -> date:
        at: datetime = self.facts["effective_at"]
        return at.astimezone(clock.vendor_zone()).date()

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        return tuple(verdicts.verdict(period, self.case) for period in self.refusing)

    @property
    def remedy(self) -> Remedy | None:
        """One remedy composed from all verdicts together; None when nothing refuses."""
        codes = [period.code for period in self.refusing]
        return verdicts.composed(codes, self.case) if codes else None

    @property
    def available_until(self) -> date | None:
        """The last day on which nothing refuses; None when that is never, or has no end."""
        if not self.available:
            return None
        starts = [p.since for p in self.periods if p.since and p.since > self.today]
        return min(starts) - timedelta(days=1) if starts else None

    @cached_property
    def case(self) -> Case:
        return Case(self.facts, self.terms, self.today, self.who_can)

    @property
    def before(self) -> tuple[Party, ...]:
        """The partners in force when the change takes effect, or to come while it counts."""
        return tuple(dict.fromkeys(each.party for each in self.standing))

    @property
    def after(self) -> tuple[Party, ...] | None:
        """The new partner set: the one named, or those that an undo restores.

        None where no partner was named or found.
        """
        given = self.facts
        if given["partner_id"] is None:
            return self.restored
        role = ROLE_OF_KIND[given["partner_kind"]]
        number, name = given["partner_number"], given["partner_name"]
        return (Party(given["partner_id"], number, name, role),)

    @property
    def fingerprint(self) -> Fingerprint | None:
        """What submit has to be given to apply exactly this; None without a known partner."""
        given = self.facts
        if given["partner_id"] is None and self.occasion != "correction":
            return None
        return Fingerprint(
            agreement=str(given["moved_at_version"]),
            policy=str(self.terms.version),
            partner=str(given["partner_version"] or 0),
            effective=self._effective,
            told=digest(*self.told, *(each.partner_id for each in self.standing)),
            subject=digest(given["id"], given["partner_number"] or given["undone_number"]),
        )

    @property
    def _effective(self) -> str:
        """The effective time as it is told: now, a day, or the period of a correction."""
        if self.occasion == "correction":
            return digest(self.facts["effective_at"], self.facts["effective_until"])
        return self.effective_on.isoformat() if self.effective_on else "now"

    def as_data(self, partner: str | None) -> dict[str, Any]:
        """The answer as doors for programs write it, for this number of the new partner."""
        until, remedy, after = self.available_until, self.remedy, self.after
        return {
            "agreement": self.reference,
            "partner": partner,
            "available": self.available,
            "available_until": until.isoformat() if until else None,
            "verdicts": [verdict.as_data() for verdict in self.verdicts],
            "remedy": {"text": remedy.text, "url": remedy.url} if remedy else None,
            "before": [party.as_data() for party in self.before],
            "after": None if after is None else [party.as_data() for party in after],
            "fingerprint": str(self.fingerprint) if self.fingerprint else None,
        }


def unknown(verdict: Verdict, reference: str, partner: str | None) -> dict[str, Any]:
    """The same for a reference that there is not, or not for this actor."""
    refused = verdict.as_data()
    return {
        "agreement": reference,
        "partner": partner,
        "available": False,
        "available_until": None,
        "verdicts": [refused],
        "remedy": refused["remedy"],
        "before": [],
        "after": None,
        "fingerprint": None,
    }


def check(
    references: Sequence[str],
    *,
    by: Actor,
    partner: str | None = None,
    effective_on: date | None = None,
    judge_person: bool = True,
    occasion: str = "request",
) -> list[Check]:
    """Check agreements by reference, in the order given, duplicates once.

    Those that the actor may not see, or that do not exist, are left out. `partner` is the new
    partner's account number; `effective_on` a later day of the vendor's. Call it inside
    `parties.context.seeing(by)`.
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
) -> dict[int, Check]:
    """The same for ids of agreements that were loaded already; one query for all of them.

    `undone` are the ids of the changes that an undo would take back, or a correction put right,
    at most one of each; `period` is that of a correction.
    """
    terms = terms or policy.live()
    if effective_on == clock.today():
        effective_on = None
    asked = facts.parameters(
        terms, partner=partner, person=person, effective_on=effective_on, period=period
    )
    codes = terms.judged_by[occasion]
    found = facts.of_agreements(ids)
    return _read(found, {**asked, "undone": list(undone)}, terms, codes, effective_on, occasion)


def check_changes(settled: Mapping[int, datetime]) -> dict[int, Check]:
    """What changes that awaited consent would do, each from when its last one was settled on.

    Judged once more is what may have altered since they were submitted. By agreement.
    """
    terms = policy.live()
    asked = facts.parameters(terms)
    return _read(facts.of_changes(settled), asked, terms, AT_DECISION, None, "request")


def _read(
    found: tuple[str, dict[str, Any]],
    asked: dict[str, Any],
    terms: Terms,
    codes: Sequence[str],
    effective_on: date | None,
    occasion: str,
) -> dict[int, Check]:
    sql, of_these = found
    query = _CHECK.format(facts=sql, rules=rule.periods_sql(codes))
    with prepared() as cursor:
        cursor.execute(query, {**asked, **of_these, "codes": list(terms.may_change)})
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    judged = (terms, asked["today"], effective_on, occasion)
    return {row["id"]: _checked(row, *judged) for row in rows}


def _checked(
    row: dict[str, Any], terms: Terms, today: date, effective_on: date | None, occasion: str
) -> Check:
    periods = tuple(
        Period(code, _day(since), _day(until) - timedelta(days=1) if until else None)
        for code, since, until in row.pop("periods") or ()
    )
    standing = tuple(
        Standing(*each[:-2], *(datetime.fromisoformat(at) if at else None for at in each[-2:]))
        for each in row.pop("standing") or ()
    )
    restored = row.pop("restored")
    told, who_can = tuple(row.pop("told") or ()), tuple(row.pop("who_can") or ())
    parties = tuple(Party(*each) for each in restored) if restored is not None else None
    people = (told, who_can)
    return Check(row, terms, today, effective_on, periods, standing, *people, occasion, parties)


def _day(text: str) -> Any:
    return date.fromisoformat(text) if text else None


_CHECK = """
SELECT f.*, account.name AS account_name, account.account_number,
       (SELECT json_agg(json_build_array(rule.code, lower(rule.period), upper(rule.period))
                        ORDER BY rule.place)
          FROM {rules} WHERE rule.period IS NOT NULL) AS periods,
       (SELECT json_agg(json_build_array(t.id, t.partner_id, partner.account_number, partner.name,
                          t.role, t.subscription_id, subscription.reference,
                          t.effective_from, t.effective_until)
                        ORDER BY t.role DESC, partner.name, t.id)
          FROM tenure AS t JOIN partner ON partner.id = t.partner_id
          LEFT JOIN subscription ON subscription.id = t.subscription_id
         WHERE t.agreement_id = f.id AND t.superseded_at IS NULL
           AND (t.effective_until IS NULL OR t.effective_until > f.effective_at)
           AND (f.effective_until IS NULL OR t.effective_from < f.effective_until)) AS standing,
       CASE WHEN f.undone_id IS NOT NULL THEN coalesce((
         SELECT json_agg(json_build_array(m.partner_id, partner.account_number, partner.name,
                           m.role, subscription.reference, m.subscription_id) ORDER BY m.id)
           FROM partner_change_member AS m JOIN partner ON partner.id = m.partner_id
           LEFT JOIN subscription ON subscription.id = m.subscription_id
          WHERE m.change_id = f.undone_id AND m.before), '[]') END AS restored,
       (SELECT array_agg(DISTINCT told.id ORDER BY told.id) FROM (
               SELECT role.person_id FROM role WHERE role.account_id = f.account_id
                  AND role.name IN ('primary_admin', 'secondary_admin')
               UNION SELECT f.contract_manager_id
               UNION SELECT %(person)s::bigint) AS told(id)
         WHERE told.id IS NOT NULL) AS told,
       (SELECT array_agg(DISTINCT person.name ORDER BY person.name)
          FROM role JOIN person ON person.id = role.person_id
         WHERE NOT f.permitted AND role.account_id = f.account_id AND person.is_active
           AND (role.name = ANY (%(codes)s) OR 'contract_manager' = ANY (%(codes)s)
                AND person.id = f.contract_manager_id)) AS who_can
  FROM ({facts}) AS f
  JOIN account ON account.id = f.account_id
"""
