"""Every rule of eligibility, defined once.

`period` is SQL over one row of facts `f` and the parameters: the days on which the rule
refuses, or NULL when it never does. Days are the vendor's; a term is valid through its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ALWAYS = "daterange(NULL, NULL)"


@dataclass(frozen=True)
class Rule:
    """`judged_for` names the purchasing model the rule speaks about, or `both`, or what else
    it judges: the `person`, the `number`, the new `partner`, the `change` to be undone."""

    code: str
    judged_for: str
    period: str


def _when(condition: str, period: str = ALWAYS) -> str:
    return f"CASE WHEN {condition} THEN {period} END"


def _contract(period: str, condition: str = "true") -> str:
    return _when(f"f.purchasing_model = 'contract' AND {condition}", period)


RULES = (
    Rule("auto_renews", "contract", _contract(ALWAYS, "f.auto_renew")),
    Rule("token_flex", "contract", _contract(ALWAYS, "f.program = 'eba' AND f.token_flex")),
    Rule("expired", "contract", _contract("daterange(f.end_on + 1, NULL)")),
    Rule(
        "near_expiration",
        "contract",
        _contract("daterange(f.end_on - %(near_expiration_days)s::int, f.end_on, '[]')"),
    ),
    Rule("transaction_only", "subscription", _when("f.purchasing_model = 'subscription'")),
    Rule("change_in_progress", "both", _when("f.open_change IS NOT NULL")),
    Rule("locked", "both", _when("f.locked")),
    Rule(
        "cool_down",
        "both",
        _when(
            "%(cool_down_days)s > 0 AND f.changed_on IS NOT NULL",
            "daterange(f.changed_on, f.changed_on + %(cool_down_days)s::int)",
        ),
    ),
    Rule("not_permitted", "person", _when("NOT f.permitted")),
    Rule("partner_malformed", "number", _when("f.partner_malformed")),
    Rule("partner_unknown", "number", _when("f.partner_unknown")),
    Rule("partner_inactive", "partner", _when("f.partner_status <> 'active'")),
    Rule("partner_same", "partner", _when("f.partner_already")),
    Rule("partner_territory", "partner", _when("NOT f.partner_territory")),
    Rule("partner_product", "partner", _when("NOT f.partner_product")),
    Rule(
        "not_undoable",
        "change",
        _when(
            "f.undone_occasion NOT IN ('request', 'transition')"
            " OR f.undone_state NOT IN ('applied', 'complete')"
        ),
    ),
    Rule("decided_since", "change", _when("f.decided_since IS NOT NULL")),
    Rule(
        "undo_window",
        "change",
        _when("f.undo_until < 'infinity'", "daterange(f.undo_until + 1, NULL)"),
    ),
    Rule("restored_inactive", "change", _when("f.restored_inactive <> '{}'")),
)
CODES = tuple(rule.code for rule in RULES)


def refuses_sql(codes: Sequence[str]) -> str:
    """A condition on one row of facts `f`: some rule of `codes` refuses on `%(today)s`.

    The first rule that refuses decides, so that a list of many rows asks no more than it must.
    """
    refusing = [
        f"coalesce({rule.period} @> %(today)s::date, false)" for rule in RULES if rule.code in codes
    ]
    return f"({' OR '.join(refusing) or 'false'})"
