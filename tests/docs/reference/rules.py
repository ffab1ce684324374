"""The page of the rules: each with its definition, what it says and what it advises."""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from ofrecord.cli.demo.story import BOUNDARIES
from ofrecord.rules.policy import Terms
from ofrecord.rules.rule import RULES, Rule
from ofrecord.rules.verdicts import Case, Period, composed, verdict
from tests.docs.reference.markdown import block, code, page, table, words

TODAY = date(2026, 3, 2)
WHEN = {
    "auto_renews": "the current term renews automatically",
    "token_flex": "it is an enterprise business agreement (`eba`) that uses Token Flex",
    "expired": "its last term is over: the first day is the one after the end date",
    "near_expiration": (
        "`near_expiration_days` or fewer are left, from that day through the end date itself"
    ),
    "transaction_only": "always: the partner changes with a financial transaction",
    "change_in_progress": "another change of the agreement is open",
    "locked": "the account has locked the agreement's partner",
    "cool_down": "`cool_down_days` have not passed since the last change; not at all when it is 0",
    "not_permitted": "none of the roles that the person holds on it is in `may_change`",
    "partner_malformed": "the number is not in the vendor's format",
    "partner_unknown": "no partner has that number",
    "partner_inactive": "the partner is suspended or terminated",
    "partner_same": "it is already the only partner of record",
    "partner_territory": "it is not authorized for the agreement's country",
    "partner_product": "it is not authorized for every product under the agreement",
    "not_undoable": "it is no change of the customer's own, or it has not been applied",
    "decided_since": "another change of the agreement was decided after it",
    "undo_window": "`undo_working_days` have passed since it took effect",
    "restored_inactive": "a partner that would be restored is suspended or terminated",
}
MEANINGS = {
    "near_expiration_days": "Days before the end from which only a renewal names another.",
    "renewal_grace_days": "Days after the end in which a contract can still be renewed.",
    "may_change": "The roles held on an agreement that allow its change; one is enough.",
    "judged_by": "The rules that judge each occasion.",
    "undo_working_days": "Working days after a change took effect in which it can be undone.",
    "holidays": "Days, besides Saturdays and Sundays, that are no working days.",
    "cool_down_days": "Days after a change in which no other is possible; 0: there is no wait.",
}
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
        "The policy is data, in versions that each begin on a day. This is version 1.",
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
    return code(rule.code), rule.judged_for, WHEN[rule.code]


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
    live = Terms()
    return [
        (code(field.name), _value(getattr(live, field.name)), MEANINGS[field.name])
        for field in fields(Terms)
        if field.name != "version"
    ]


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {words(rules) or 'none'}" for name, rules in value.items())
    return words(value) or "none" if isinstance(value, tuple) else code(str(value))


def _boundaries() -> list[tuple[str, str, str]]:
    return [
        (code(each.reference), str(each.days), words(each.codes) or "none: it can be changed")
        for each in BOUNDARIES
    ]
