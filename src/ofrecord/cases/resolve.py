"""Resolve: support has done what was asked, or the customer says that it is solved."""

from datetime import datetime

from ofrecord.cases import letters, loading, targets
from ofrecord.cases.lifecycle import Move, move
from ofrecord.cases.models import Case, Side
from ofrecord.cases.rights import side_of
from ofrecord.cases.telling import tell
from ofrecord.cases.writing import next_place, said, write
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

COLUMNS = ("state", "answered_at", "waiting_since", "resolved_at", "resolved_by", "closes_at")


def resolve(number: str, *, by: Actor, text: str = "") -> Case:
    """Mark a case as resolved; support says how, the customer may.

    The other side gets a letter. Until the case is closed it can be opened again. Refused as
    `not_found`, `not_permitted`, `text_missing`, `case_resolved` or `case_over`.
    """
    with seeing(by):
        case = loading.found(number, by)
        side = side_of(case, by)
        case = loading.locked(case)
        resolve_locked(case, side, text, by)
    wake.wake()
    return case


def resolve_locked(case: Case, side: Side, text: str, by: Actor) -> None:
    """The same with a case whose account is locked."""
    loading.demand_live(case)
    step = move(case.state, "resolve", side)
    kept = said(text) if side == Side.STAFF or text.strip() else ""
    message = {"message": next_place(case)} if kept else {}
    at = tell(case, step.event, by, side=side, **message, state=step.after)
    if kept:
        write(case, kept, side, by, at)
    if side == Side.STAFF:
        case.answered_at = case.answered_at or at
    _write(case, step, by, at)
    letters.resolved(case, side, kept)


def _write(case: Case, step: Move, by: Actor, at: datetime) -> None:
    case.state, case.waiting_since = step.after, None
    case.resolved_at, case.resolved_by_id = at, by.judged_person
    case.closes_at = targets.closes()
    case.save(update_fields=COLUMNS)
