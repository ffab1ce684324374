"""Reopen: what was resolved is not."""

from ofrecord.cases import letters, loading, targets
from ofrecord.cases.lifecycle import move
from ofrecord.cases.models import Case, Side
from ofrecord.cases.rights import side_of
from ofrecord.cases.telling import tell
from ofrecord.cases.writing import next_place, said, write
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

COLUMNS = (
    *("state", "answered_at", "resolution_due_at"),
    *("resolved_at", "resolved_by", "closes_at"),
)


def reopen(number: str, *, by: Actor, text: str) -> Case:
    """Open a resolved case again, with what is still missing; its target is set anew.

    The other side gets a letter. Refused as `not_found`, `not_permitted`, `text_missing`,
    `not_resolved` or `case_over`.
    """
    kept = said(text)
    with seeing(by):
        case = loading.found(number, by)
        side = side_of(case, by)
        case = loading.locked(case)
        loading.demand_resolved(case)
        step = move(case.state, "reopen", side)
        due = targets.resolution_due()
        told = {"side": side, "message": next_place(case), "resolution_due_at": due}
        at = tell(case, step.event, by, **told, state=step.after)
        message = write(case, kept, side, by, at)
        if side == Side.STAFF:
            case.answered_at = case.answered_at or at
        case.state, case.resolution_due_at = step.after, due
        case.resolved_at = case.resolved_by = case.closes_at = None
        case.save(update_fields=COLUMNS)
        letters.reopened(case, message)
    wake.wake()
    return case
