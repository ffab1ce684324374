"""Close: a resolved case is over, by support's word or because nobody opened it again."""

from ofrecord.cases import loading
from ofrecord.cases.lifecycle import move
from ofrecord.cases.models import Case, State
from ofrecord.cases.rights import demand_agent
from ofrecord.cases.telling import tell
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

AT_ONCE = 100


def close(number: str, *, by: Actor) -> Case:
    """Close a resolved case before its time. Nothing can be added to it any more.

    Refused as `not_found`, `not_permitted`, `not_resolved` or `case_over`.
    """
    with seeing(by):
        case = loading.found(number, by)
        demand_agent(case, by)
        case = loading.locked(case)
        loading.demand_resolved(case)
        _close(case, "staff", by)
    return case


def close_due(*, by: Actor) -> int:
    """Close the resolved cases whose time to be opened again is over; how many they were."""
    with seeing(by):
        due = Case.objects.filter(state=State.RESOLVED, closes_at__lte=clock.business_now())
        ids = list(due.order_by("closes_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_close_if_due(id, by) for id in ids)


def _close_if_due(id: int, by: Actor) -> bool:
    """One transaction each: a case that somebody opens again at the moment is left."""
    with seeing(by):
        case = loading.locked(Case.objects.get(pk=id))
        over = case.closes_at is not None and case.closes_at <= clock.business_now()
        if case.state != State.RESOLVED or not over:
            return False
        _close(case, "clock", by)
    return True


def _close(case: Case, who: str, by: Actor) -> None:
    step = move(case.state, "close", who)
    case.closed_at = tell(case, step.event, by, state=step.after)
    case.state = step.after
    case.save(update_fields=["state", "closed_at"])
