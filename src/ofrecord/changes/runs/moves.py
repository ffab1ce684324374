"""The moves of a run between its states, and who may decide about one."""

from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Now

from ofrecord.changes.models import Run, RunState
from ofrecord.changes.refusals import NotAvailable, NotFound, NotPermitted
from ofrecord.changes.runs import refusals
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.streams import tell

DECIDERS = ("administrator", "operations")
"""The roles at the vendor that may decide about runs of others."""


@dataclass(frozen=True)
class Move:
    """From these states, to this one, told as this event."""

    before: tuple[RunState, ...]
    after: RunState
    event: str

    @property
    def ends(self) -> bool:
        return self.after in (RunState.CANCELLED, RunState.COMPLETE)


MOVES = {
    "complete": Move((RunState.UNDER_WAY,), RunState.COMPLETE, "run.completed"),
    "stop": Move((RunState.UNDER_WAY,), RunState.STOPPED, "run.stopped"),
    "resume": Move((RunState.STOPPED,), RunState.UNDER_WAY, "run.resumed"),
    "cancel": Move((RunState.UNDER_WAY, RunState.STOPPED), RunState.CANCELLED, "run.cancelled"),
}


def found(number: str, *, by: Actor) -> Run:
    """The run of this number; `not_found` where there is none that the actor may see."""
    with seeing(by):
        people = Run.objects.visible_to(by).select_related("by", "on_behalf_of")
        run = people.filter(number=number).first()
    if run is None:
        raise NotFound([refusals.no_run(number)])
    return run


def decidable(number: str, *, by: Actor) -> Run:
    """The same, for whoever may decide about it; else `not_permitted`."""
    run = found(number, by=by)
    own = by.judged_person == run.judged_person_id and by.client == run.client
    if not (own or by.is_system or set(DECIDERS) & set(by.vendor_roles)):
        raise NotPermitted([refusals.not_theirs(number)])
    return run


def move(run: Run, act: str, *, by: Actor, data: dict[str, Any], stopped_for: str = "") -> Run:
    """Move a run on, and tell of it in the stream of the person it is carried out for.

    Refused as `run_over` from a state that the act does not start from.
    """
    step = MOVES[act]
    with seeing(Actor.system()):
        current = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        if current.state not in step.before:
            raise NotAvailable([refusals.run_over(run.number, current.get_state_display())])
        Run.objects.filter(pk=run.pk).update(
            state=step.after, stopped_for=stopped_for, ended_at=Now() if step.ends else None
        )
        person = Person.objects.get(pk=run.judged_person_id)
        tell(person, step.event, {"run": run.number, **data}, by.by)
        current.refresh_from_db()
    return current
