"""What support may override, by the policy, and who makes changes for customers."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from ofrecord.changes import refusals
from ofrecord.changes.check import Check
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.rules.policy import OVERRIDES, Terms
from ofrecord.rules.verdicts import Verdict

AGENTS = tuple(OVERRIDES)
"""The roles at the vendor that make changes for customers."""
SUPERSEDED = "change_in_progress"


def agents_roles(by: Actor) -> tuple[str, ...]:
    """The roles with which a person makes changes for customers, as they are held now.

    Refused as `not_permitted` where there are none, or no person answers for it.
    """
    if by.person_id is None:
        raise refusals.refused([refusals.persons_only()])
    with seeing(Actor.system()):
        held = Role.objects.filter(person=by.person_id, account=None, partner=None)
        roles = tuple(held.filter(name__in=AGENTS).values_list("name", flat=True))
    if not roles:
        raise refusals.refused([not_support()])
    return roles


def own_accounts(by: Actor, account_ids: Collection[int]) -> frozenset[int]:
    """In which of these accounts whoever acts holds a role: there somebody else acts."""
    with seeing(Actor.system()):
        held = Role.objects.filter(person=by.person_id, account__in=account_ids)
        return frozenset(id for id in held.values_list("account_id", flat=True) if id)


def barred(by: Actor, account_id: int) -> Verdict | None:
    """What stands against somebody as an agent for this account, whatever it is about."""
    if not set(AGENTS) & set(by.vendor_roles):
        return not_support()
    return own_account() if own_accounts(by, [account_id]) else None


def demand_not_own(by: Actor, account_id: int) -> None:
    """Refuse whoever holds a role in the account."""
    if own_accounts(by, [account_id]):
        raise refusals.refused([own_account()])


def may_override(terms: Terms, roles: Iterable[str]) -> frozenset[str]:
    """The rules that a person with these roles may override."""
    return frozenset(code for role in roles for code in terms.overrides.get(role, ()))


def overridden(check: Check, codes: Collection[str]) -> tuple[str, ...]:
    """Which of the rules that refuse are overridden."""
    return tuple(each.code for each in check.refusing if each.code in codes)


def against(
    check: Check, codes: Collection[str], roles: Iterable[str], *, supersedes: bool
) -> tuple[Verdict, ...]:
    """What stands against a support change: what is not overridden, or not by these roles."""
    allowed = may_override(check.terms, roles)
    stands = (v for v in check.verdicts if not (supersedes and v.code == SUPERSEDED))
    return tuple(
        verdict if verdict.code not in codes else override_not_permitted(verdict)
        for verdict in stands
        if verdict.code not in allowed or verdict.code not in codes
    )


def not_support() -> Verdict:
    return refusals.plain(
        "not_permitted",
        _("Changes for customers are made by the vendor's support."),
        _("Ask somebody of support or operations."),
    )


def own_account() -> Verdict:
    """Nobody decides at the vendor what they have asked for as a customer."""
    return refusals.plain(
        "not_permitted",
        _("You hold a role in this account, so somebody else at the vendor works for it."),
        _("Ask somebody else of support or operations."),
    )


def override_not_permitted(verdict: Verdict) -> Verdict:
    """The policy lets somebody else override this rule, or nobody."""
    return refusals.plain(
        "override_not_permitted",
        _("Your roles do not override this: %(reason)s") % {"reason": verdict.reason},
        _("Ask somebody whom the policy lets override it."),
    )


def one_at_a_time() -> Verdict:
    return refusals.plain(
        "one_at_a_time",
        _("An open change is superseded for one agreement at a time."),
        _("Choose one agreement."),
    )


def second_person_asked(number: str) -> Verdict:
    """Were the open change called off and this one then declined, both would be gone."""
    return refusals.plain(
        "second_person_asked",
        _("A second person has to agree first, so change %(number)s is not called off for it.")
        % {"number": number},
        _("Have it cancelled first, or override nothing that takes a second person."),
    )
