"""The page of the rules: each with its definition, what it says and what it advises."""

from datetime import date, timedelta
from typing import Any

from ofrecord.cli.demo.story import BOUNDARIES
from ofrecord.rules.kinds import Value
from ofrecord.rules.parameters import KINDS, values
from ofrecord.rules.periods import Period
from ofrecord.rules.policy import Terms
from ofrecord.rules.rule import RULES, Rule
from ofrecord.rules.verdicts import Case, composed, verdict
from ofrecord.rules.words import MEANINGS, WHEN
from tests.docs.reference.markdown import block, code, page, table, words

TODAY = date(2026, 3, 2)
UNLIKE: dict[str, dict[str, Any]] = {
    "expired": {"days": -7},
    "partner_malformed": {"number": "51037719"},
}
TOGETHER = ("auto_renews", "token_flex", "near_expiration")


def render() -> str:
    return page(
        "Rules",
        "Whether the authorized partner of an agreement can be changed now is decided by these "
        "rules and nothing else. Each is one definition, which PostgreSQL evaluates for one "
        "agreement or for a whole list in one query. Days are days in the vendor's time zone; a "
        "term is valid through its end date; *days to the end* is the end date less today.",
        "All rules that refuse are shown, not the first one. A rule gives the *period* in which "
        "it refuses, and `since` and `until` are its first and last day. A change for a later "
        "date is judged on that day as well as today.",
        "## What each rule says",
        table(("Rule", "Judged for", "Refuses when"), map(_meaning, RULES)),
        "## What a person reads",
        f"As somebody reads it on {TODAY:%d %B %Y}, of a contract that ends in 45 days; of one "
        "that ended a week ago for `expired`; with a cool-down of 30 days for `cool_down`.",
        table(("Rule", "Reason", "Remedy"), map(_wording, RULES)),
        "When several rules refuse, one remedy is composed from all of them. Of "
        f"{words(TOGETHER)} together: *{composed(TOGETHER, _case()).text}* Of "
        f"{words(TOGETHER[::2])}: *{composed(TOGETHER[::2], _case()).text}*",
        "## The default policy",
        "The policy is data, in versions that each begin on a day: see [Change the policy]"
        "(../how-to/change-the-policy.md). This is version 1.",
        table(("Parameter", "Default", "Meaning"), _parameters()),
        "## Boundaries, in the demo",
        "The demo's first account holds an agreement on each side of every boundary. Days are "
        "counted from the day on which the demo was loaded.",
        table(("Agreement", "Days to the end", "Refused by"), _boundaries()),
        "## The definitions",
        "The period in which each rule refuses, as SQL over one row of facts `f`; NULL is never.",
        *(f"`{rule.code}`\n\n{block(rule.period, 'sql')}" for rule in RULES),
    )


def _meaning(rule: Rule) -> tuple[str, str, str]:
    by_name = {name: code(name) for name in KINDS}
    return code(rule.code), rule.judged_for, str(WHEN[rule.code]) % by_name


def _wording(rule: Rule) -> tuple[str, str, str]:
    told = verdict(Period(rule.code, None, None), _case(**UNLIKE.get(rule.code, {})))
    return code(rule.code), told.reason, told.remedy.text


def _case(days: int = 45, number: str = "5103771902") -> Case:
    facts = {
        "end_on": TODAY + timedelta(days=days),
        "open_change": "PC-4K8TR2W9",
        "open_change_state": "scheduled",
        "partner_number": number,
        "partner_name": "Cedar Systems",
        "country": "DE",
        "products_not_authorized": ["Civil Suite"],
        "changed_on": TODAY - timedelta(days=2),
        "undone_number": "PC-7KDM2Q4T",
        "decided_since": "PC-4K8TR2W9",
        "undo_until": TODAY - timedelta(days=3),
        "restored_inactive": ["Brightline CAD"],
    }
    return Case(facts, Terms(cool_down_days=30), TODAY, who_can=("Pia Adler", "Jonas Weber"))


def _parameters() -> list[tuple[str, str, str]]:
    return [
        (code(name), _value(default), f"{MEANINGS[name]}.")
        for name, default in values(Terms()).items()
    ]


def _value(default: Value) -> str:
    return code(str(default)) if isinstance(default, int) else words(default) or "none"


def _boundaries() -> list[tuple[str, str, str]]:
    return [
        (code(each.reference), str(each.days), words(each.codes) or "none: it can be changed")
        for each in BOUNDARIES
    ]
