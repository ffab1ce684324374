"""Who works on cases at the vendor, and who of an account speaks in them."""

from ofrecord.cases import refusals
from ofrecord.cases.models import Case, Side
from ofrecord.changes.check import check_ids
from ofrecord.changes.overrides import AGENTS, demand_not_own
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role
from ofrecord.rules import policy


def is_agent(actor: Actor) -> bool:
    """Whether somebody works on cases for the vendor."""
    return bool(set(AGENTS) & set(actor.vendor_roles))


def demand_agent(case: Case, by: Actor) -> None:
    """Refuse whoever does not work on this case for the vendor."""
    if not is_agent(by):
        raise refused([refusals.not_support()])
    demand_not_own(by, case.account_id)


def side_of(case: Case, by: Actor) -> Side:
    """On which side somebody speaks in a case; refuse those who only read it."""
    if case.account_id not in by.accounts:
        demand_agent(case, by)
        return Side.STAFF
    if not speaks(case, by):
        raise refused([refusals.not_theirs()])
    return Side.CUSTOMER


def speaks(case: Case, by: Actor) -> bool:
    """Whether somebody of the account opened the case, or may change the partner."""
    if case.account_id not in by.accounts or by.judged_person is None:
        return False
    if case.opened_by_id == by.judged_person:
        return True
    return may_change(case.account_id, case.agreement_id, by)


def may_change(account_id: int, agreement_id: int | None, by: Actor) -> bool:
    """Whether somebody may change the partner of the agreement; without one, of some."""
    if agreement_id is not None:
        checks = check_ids([agreement_id], partner=None, person=by.judged_person)
        return bool(checks[agreement_id].facts["permitted"])
    held = Role.objects.filter(account_id=account_id, person_id=by.judged_person or 0)
    return held.filter(name__in=policy.live().may_change).exists()


def agents() -> list[Person]:
    """Those to whom cases can be assigned, by name."""
    with seeing(Actor.system()):
        held = Role.objects.filter(name__in=AGENTS, account=None, partner=None)
        people = Person.objects.filter(pk__in=held.values("person"), is_active=True)
        return list(people.order_by("name", "pk"))
