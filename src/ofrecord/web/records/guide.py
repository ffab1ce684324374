"""When can I change my partner? The live policy, explained by examples that its own rules judge."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.changes.check import Check
from ofrecord.journal import clock
from ofrecord.rules import policy, verdicts
from ofrecord.rules.periods import Period, periods, periods_sql
from ofrecord.rules.policy import AVAILABILITY, Terms
from ofrecord.rules.verdicts import Remedy
from ofrecord.rules.words import GROUNDS, ROLES, in_use
from ofrecord.web import drawing
from ofrecord.web.records import words

ENDS_IN = 159


@dataclass(frozen=True)
class Example:
    """A typical agreement and its way through time."""

    name: str
    today: date
    periods: list[drawing.Period]
    marks: list[tuple[date, str]]


@dataclass(frozen=True)
class Ruling:
    """A rule of the policy, as it speaks when it refuses."""

    code: str
    reason: str
    remedy: Remedy


def examples(terms: Terms) -> list[Example]:
    """One agreement of each kind, judged by the rules that are in force."""
    made: tuple[tuple[str, dict[str, Any]], ...] = (
        (_("A contract that does not renew by itself"), {}),
        (_("A contract that renews by itself"), {"auto_renew": True}),
        (_("An enterprise business agreement with Token Flex"), {"program": "eba", "flex": True}),
        (_("A subscription of the new purchasing model"), {"model": "subscription"}),
    )
    return [_example(name, terms, **given) for name, given in made]


def rulings(terms: Terms) -> list[Ruling]:
    """What each rule of a request says when it refuses, with its remedy, in their order."""
    return [ruling(code, terms) for code in terms.judged_by["request"] if in_use(code, terms)]


def ruling(code: str, terms: Terms) -> Ruling:
    """What one rule says when it refuses, with the remedy it contributes."""
    end = clock.today() + timedelta(days=-5 if code == "expired" else 30)
    if code == "auto_renews":
        end = clock.today() + timedelta(days=terms.near_expiration_days + 30)
    case = _check(_facts(end), terms, ()).case
    found = verdicts.verdict(Period(code, None, None), case)
    return Ruling(code, found.reason, found.remedy)


def who(terms: Terms) -> str:
    """The roles that allow the change."""
    return words.joined(str(ROLES.get(name, name)) for name in terms.may_change)


def consents(terms: Terms) -> list[tuple[str, str]]:
    """Who is asked before a change counts, and until when; nothing where nobody is."""
    grounds = words.joined(str(GROUNDS.get(each, each)) for each in terms.objection_grounds)
    told = {
        "gaining": (
            _("The new partner"),
            _("accepts it within %(days)s; otherwise it ends there."),
        ),
        "losing": (
            _("A partner whose role ends"),
            _(
                "may object within %(days)s, on these grounds only: %(grounds)s."
                " Silence means that it goes ahead."
            ),
        ),
        "approval": (
            _("A second admin of your account"),
            _("approves it within %(days)s; otherwise it ends there."),
        ),
        "confirmation": (
            _("The vendor's own system"),
            _("confirms it within %(days)s; otherwise it ends there."),
        ),
    }
    asked = {kind: days for kind in told if (days := terms.consent_days.get(kind))}
    return [
        (told[kind][0], told[kind][1] % {"days": _days(days), "grounds": grounds})
        for kind, days in asked.items()
    ]


def afterwards(terms: Terms) -> list[str]:
    """What can be done when a change has taken effect."""
    undo = ngettext(
        "A change can be undone through the first working day after it took effect.",
        "A change can be undone within %(n)s working days of its taking effect.",
        terms.undo_working_days,
    )
    told = [undo % {"n": terms.undo_working_days}]
    if terms.cool_down_days:
        told.append(
            _("After a change the new partner stays for %(days)s before it can be changed again.")
            % {"days": _days(terms.cool_down_days)}
        )
    return told


def _days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def _example(
    name: str,
    terms: Terms,
    *,
    auto_renew: bool = False,
    program: str = "standard",
    flex: bool = False,
    model: str = "contract",
) -> Example:
    day = clock.today()
    facts = _facts(day + timedelta(days=ENDS_IN))
    facts |= {"auto_renew": auto_renew, "program": program, "token_flex": flex}
    facts["purchasing_model"] = model
    checked = _check(facts, terms, _periods(facts, terms))
    return Example(name, day, words.timeline(checked), words.marks(checked))


def _facts(end: date) -> dict[str, Any]:
    return {
        "purchasing_model": "contract",
        "program": "standard",
        "token_flex": False,
        "auto_renew": False,
        "start_on": end - timedelta(days=364),
        "end_on": end,
        "effective_at": clock.business_now(),
        "open_change": _("PC-…"),
        "open_change_state": _("scheduled"),
        "changed_on": clock.today(),
        "partner_number": "123",
        "partner_name": _("The new partner"),
        "country": _("your country"),
        "products_not_authorized": [_("one of your products")],
        "undone_number": _("PC-…"),
        "decided_since": _("PC-…"),
        "undo_until": clock.today() - timedelta(days=1),
        "restored_inactive": [_("the partner before")],
    }


def _check(facts: dict[str, Any], terms: Terms, periods: tuple[Period, ...]) -> Check:
    return Check(facts, terms, clock.today(), None, periods, (), (), ())


def _periods(facts: dict[str, Any], terms: Terms) -> tuple[Period, ...]:
    """What the rules themselves say about an agreement with these facts."""
    asked = {**facts, "near_expiration_days": terms.near_expiration_days}
    judged = [code for code in terms.judged_by["request"] if code in AVAILABILITY]
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED.format(periods=periods_sql(judged)), asked)
        ((found,),) = cursor.fetchall()
    return periods(judged, found)


def page() -> dict[str, Any]:
    """What the page of the rules in force shows, in words and drawn."""
    terms = policy.live()
    return {
        "heading": _("When can I change my partner?"),
        "terms": terms,
        "examples": examples(terms),
        "rulings": rulings(terms),
        "who": who(terms),
        "consents": consents(terms),
        "afterwards": afterwards(terms),
    }


_JUDGED = """
SELECT {periods}
  FROM (SELECT %(purchasing_model)s::text AS purchasing_model, %(program)s::text AS program,
               %(token_flex)s::boolean AS token_flex, %(auto_renew)s::boolean AS auto_renew,
               %(end_on)s::date AS end_on) AS f
"""
