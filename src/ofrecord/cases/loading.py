"""Cases as verbs take them: found by number, and under the lock of their account."""

from ofrecord.cases import refusals
from ofrecord.cases.models import LIVE, Case, State
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.streams import lock_accounts

RELATED = (
    "account",
    "agreement",
    "member_partner",
    "member_subscription",
    "about_change",
    "made_change",
    "assignee",
    "opened_by",
)


def found(number: str, by: Actor) -> Case:
    """The case of this number. Call it inside `parties.context.seeing(by)`.

    Refused as `not_found`.
    """
    case = Case.objects.visible_to(by).select_related(*RELATED).filter(number=number).first()
    if case is None:
        raise refused([refusals.no_case(number)])
    return case


def locked(case: Case) -> Case:
    """The case as it is under the lock of its account."""
    lock_accounts([case.account_id])
    return Case.objects.select_related(*RELATED).get(pk=case.pk)


def demand_live(case: Case) -> None:
    """Refuse what is done only while somebody works on the case."""
    if case.state == State.RESOLVED:
        raise refused([refusals.case_resolved(case.number)])
    demand_not_closed(case)


def demand_not_closed(case: Case) -> None:
    if case.state == State.CLOSED:
        raise refused([refusals.case_over(case.number, case.get_state_display())])


def demand_resolved(case: Case) -> None:
    """Refuse what is done only with a resolved case."""
    if case.state in LIVE:
        raise refused([refusals.not_resolved(case.number)])
    demand_not_closed(case)
