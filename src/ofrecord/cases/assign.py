"""Assign: a case is somebody's to work on, or nobody's."""

from ofrecord.cases import letters, loading, refusals
from ofrecord.cases.models import Case
from ofrecord.cases.rights import agents, demand_agent
from ofrecord.cases.telling import tell_staff
from ofrecord.changes.naming import named
from ofrecord.changes.refusals import refused
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person


def assign(number: str, to: int | None, *, by: Actor, shown: int | None) -> Case:
    """Give a case to the person of this id, or to nobody; whoever gets it is written to.

    `shown` is whose it was when the page was shown: of two who take it at once, one does.
    Refused as `not_found`, `not_permitted`, `assigned_meanwhile`, `not_an_agent` or `case_over`.
    """
    with seeing(by):
        case = loading.found(number, by)
        demand_agent(case, by)
        case = loading.locked(case)
        loading.demand_not_closed(case)
        if case.assignee_id == to:
            return case
        if case.assignee_id != shown:
            raise refused([refusals.assigned_meanwhile(named(case.assignee, set()) or "")])
        case.assignee = _agent(to)
        tell_staff(case, "case.assigned", by, assignee=to)
        case.save(update_fields=["assignee"])
        if to is not None and to != by.person_id:
            letters.assigned(case)
    wake.wake()
    return case


def _agent(id: int | None) -> Person | None:
    """Somebody who works on cases."""
    found = next((each for each in agents() if each.pk == id), None)
    if id is not None and found is None:
        raise refused([refusals.not_an_agent()])
    return found
