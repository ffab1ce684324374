"""The policy in words: what each rule says, and what each parameter means.

In a rule's words `%(name)s` stands for a parameter: for its value, or on the page of the rules
for its name.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ofrecord.rules.kinds import Days, Value
from ofrecord.rules.parameters import KINDS, Difference, values
from ofrecord.rules.policy import Terms

WHEN: dict[str, Promise] = {
    "auto_renews": gettext_lazy("the current term renews automatically"),
    "token_flex": gettext_lazy(
        "it is an enterprise business agreement (program eba) that uses Token Flex"
    ),
    "expired": gettext_lazy("its last term is over: the first day is the one after the end date"),
    "near_expiration": gettext_lazy(
        "%(near_expiration_days)s or fewer days are left, from that day through the end date itself"
    ),
    "transaction_only": gettext_lazy("always: the partner changes with a financial transaction"),
    "change_in_progress": gettext_lazy("another change of the agreement is open"),
    "locked": gettext_lazy("the account has locked the agreement's partner"),
    "cool_down": gettext_lazy(
        "fewer than %(cool_down_days)s days have passed since the last change (0: there is no wait)"
    ),
    "not_permitted": gettext_lazy(
        "none of the roles that the person holds on it is among: %(may_change)s"
    ),
    "partner_malformed": gettext_lazy("the number is not in the vendor's format"),
    "partner_unknown": gettext_lazy("no partner has that number"),
    "partner_inactive": gettext_lazy("the partner is suspended or terminated"),
    "partner_same": gettext_lazy("it is already the only partner of record"),
    "partner_territory": gettext_lazy("it is not authorized for the agreement's country"),
    "partner_product": gettext_lazy("it is not authorized for every product under the agreement"),
    "not_undoable": gettext_lazy(
        "it is no change of the customer's own, or it has not been applied"
    ),
    "decided_since": gettext_lazy("another change of the agreement was decided after it"),
    "undo_window": gettext_lazy(
        "%(undo_working_days)s working days have passed since it took effect"
    ),
    "restored_inactive": gettext_lazy(
        "a partner that would be restored is suspended or terminated"
    ),
}
JUDGED_FOR: dict[str, Promise] = {
    "contract": gettext_lazy("a contract"),
    "subscription": gettext_lazy("a subscription"),
    "both": gettext_lazy("every agreement"),
    "person": gettext_lazy("the person"),
    "number": gettext_lazy("the number"),
    "partner": gettext_lazy("the new partner"),
    "change": gettext_lazy("the change to be undone"),
}
MEANINGS: dict[str, Promise] = {
    "near_expiration_days": gettext_lazy(
        "Days before the end of a contract from which only a renewal names another partner"
    ),
    "renewal_grace_days": gettext_lazy(
        "Days after the end in which a contract can still be renewed"
    ),
    "may_change": gettext_lazy("Roles held on an agreement that allow its change; one is enough"),
    "undo_working_days": gettext_lazy(
        "Working days after a change took effect in which it can be undone"
    ),
    "holidays": gettext_lazy("Days, besides Saturdays and Sundays, that are no working days"),
    "cool_down_days": gettext_lazy(
        "Days after a change in which no other is possible; 0: there is no wait"
    ),
    "consent_days.gaining": gettext_lazy(
        "Days in which the gaining partner accepts a change; 0: it is not asked"
    ),
    "consent_days.losing": gettext_lazy(
        "Days in which the losing partner may object to a change; 0: it is not asked"
    ),
    "consent_days.approval": gettext_lazy(
        "Days in which a second admin of the account approves a change; 0: none is asked"
    ),
    "consent_days.confirmation": gettext_lazy(
        "Days in which the vendor's own system confirms a change; 0: it is not asked"
    ),
    "consent_days.override": gettext_lazy(
        "Days in which a second person of the vendor agrees to what support overrides; 0: none is "
        "asked"
    ),
    "objection_grounds": gettext_lazy("Grounds on which a losing partner may object"),
    "transfer_code_days": gettext_lazy(
        "Days in which a code for a partner is valid at most; 0: none are made"
    ),
    "staying_roles": gettext_lazy(
        "Roles whose partners stay when the reseller changes; those of the others end with it"
    ),
    "overrides.support_agent": gettext_lazy("Rules that a support agent may override"),
    "overrides.operations": gettext_lazy("Rules that operations may override"),
    "overrides.administrator": gettext_lazy("Rules that an administrator may override"),
    "second_person_for": gettext_lazy("Rules whose override waits for a second person"),
    "judged_by.request": gettext_lazy("Rules that judge a request of the customer"),
    "judged_by.order": gettext_lazy("Rules that judge a financial transaction"),
    "judged_by.support": gettext_lazy("Rules that judge a change that support makes"),
    "judged_by.transition": gettext_lazy("Rules that judge the moves of a campaign"),
    "judged_by.undo": gettext_lazy("Rules that judge an undo"),
    "judged_by.correction": gettext_lazy("Rules that judge a correction"),
    "judged_by.load": gettext_lazy("Rules that judge an agreement that an import first sees"),
}
ROLES: dict[str, Promise] = {
    "primary_admin": gettext_lazy("primary admin"),
    "secondary_admin": gettext_lazy("secondary admin"),
    "contract_manager": gettext_lazy("contract manager"),
    "viewer": gettext_lazy("viewer"),
}
OTHER_ROLES: dict[str, Promise] = {
    "distributor": gettext_lazy("distributor"),
    "services": gettext_lazy("services"),
}
GROUNDS: dict[str, Promise] = {
    "unpaid_invoice": gettext_lazy("an unpaid invoice"),
    "open_order": gettext_lazy("an open order"),
    "commitment": gettext_lazy("a commitment that has not ended"),
}
OCCASIONS: dict[str, Promise] = {
    "request": gettext_lazy("request"),
    "order": gettext_lazy("order"),
    "support": gettext_lazy("support"),
    "transition": gettext_lazy("transition"),
    "undo": gettext_lazy("undo"),
    "correction": gettext_lazy("correction"),
    "load": gettext_lazy("load"),
}
STATES: dict[str, Promise] = {
    "in_force": gettext_lazy("in force"),
    "coming": gettext_lazy("coming"),
    "past": gettext_lazy("past"),
    "replaced": gettext_lazy("replaced before it began"),
}


_NAMED = {"may_change": ROLES, "objection_grounds": GROUNDS, "staying_roles": OTHER_ROLES}


def when(code: str, terms: Terms) -> str:
    """In which case a rule refuses, with the values of these terms."""
    said = values(terms)
    return str(WHEN[code]) % {name: value(name, given) for name, given in said.items()}


def in_use(code: str, terms: Terms) -> bool:
    """Whether a rule can refuse at all with these terms."""
    return code != "cool_down" or terms.cool_down_days > 0


def value(name: str, given: Value) -> str:
    """A parameter's value as people read it."""
    if isinstance(given, int):
        return str(given)
    named: Mapping[str, Promise] = _NAMED.get(name, {})
    return ", ".join(str(named.get(one, one)) for one in given) or _("none")


def measured(name: str, given: Value) -> str:
    """The same, a number of days with its unit."""
    if isinstance(KINDS[name], Days) and isinstance(given, int):
        return ngettext("%(n)s day", "%(n)s days", given) % {"n": given}
    return value(name, given)


def change(difference: Difference) -> str:
    """What became of a parameter: of a list only what was added to it and taken away."""
    name = difference.name
    if isinstance(difference.before, int):
        said = {"before": difference.before, "after": difference.after}
        numbers = {which: measured(name, number) for which, number in said.items()}
        return _("%(before)s → %(after)s") % numbers
    told = (
        (_("without: %(items)s"), difference.gone),
        (_("added: %(items)s"), difference.new),
    )
    parts = [words % {"items": value(name, items)} for words, items in told if items]
    return "; ".join(parts) or _("in another order")
