"""A change for a customer in words: what it would do, and what stands against it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.changes import overrides
from ofrecord.changes.check import Check
from ofrecord.changes.consents.asking import asked
from ofrecord.changes.recipients import last_day
from ofrecord.changes.support import Wish
from ofrecord.console import correction_words
from ofrecord.parties.actors import Actor
from ofrecord.rules.policy import OVERRIDABLE, Terms
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.records import words

AGENTS = {
    "support_agent": gettext_lazy("support agents"),
    "operations": gettext_lazy("operations"),
    "administrator": gettext_lazy("administrators"),
}


@dataclass(frozen=True)
class Against:
    """A rule that refuses: whether the agent may override it, who else may, and who agrees."""

    code: str
    reason: str
    may: bool
    who: str
    grave: bool


def preview(check: Check, wish: Wish, by: Actor) -> dict[str, Any]:
    """What the page shows of it before it is made."""
    against = [_against(each, check.terms, by) for each in _overridable(check)]
    shown = correction_words.preview(check, supersedes=wish.supersedes)
    if wish.effective_on is None:
        shown["period"] = _("It takes effect at once.")
    return {
        **shown,
        "against": against,
        "barred": [each for each in against if not each.may],
        "second_person_until": _second_person(check, [each.code for each in against]),
    }


def blocking(check: Check, wish: Wish) -> list[Verdict]:
    """What nobody overrides."""
    superseded = (overrides.SUPERSEDED,) if wish.supersedes else ()
    return [each for each in check.verdicts if each.code not in (*OVERRIDABLE, *superseded)]


def _overridable(check: Check) -> Iterable[Verdict]:
    return (each for each in check.verdicts if each.code in OVERRIDABLE)


def _against(verdict: Verdict, terms: Terms, by: Actor) -> Against:
    may = [role for role in AGENTS if verdict.code in terms.overrides.get(role, ())]
    return Against(
        verdict.code,
        verdict.reason,
        bool(set(may) & set(by.vendor_roles)),
        words.joined(str(AGENTS[role]) for role in may) or _("nobody"),
        verdict.code in terms.second_person_for,
    )


def _second_person(check: Check, codes: list[str]) -> date | None:
    """Until when a second person can agree, where one is asked for these rules."""
    facts = {**check.facts, "overridden": codes}
    asks = asked(replace(check, facts=facts)) if codes else ()
    return last_day(asks[0].due_at) if asks else None
