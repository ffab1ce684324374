"""Answer: the customer, or support, writes in a case."""

from collections.abc import Sequence

from ofrecord.cases import letters, loading, targets
from ofrecord.cases.files import Upload, usable
from ofrecord.cases.lifecycle import move
from ofrecord.cases.models import Case, Message, Side, State
from ofrecord.cases.rights import side_of
from ofrecord.cases.telling import attached, tell
from ofrecord.cases.writing import next_place, said, write
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

COLUMNS = ("state", "answered_at", "resolution_due_at", "waiting_since")


def answer(
    number: str,
    *,
    text: str,
    by: Actor,
    files: Sequence[Upload] = (),
    waits_for: str = State.WAITING_FOR_CUSTOMER,
) -> Message:
    """Write in a case that is worked on; the other side gets a letter.

    After support's answer the case waits for the customer, unless `waits_for` says that support
    goes on by itself; after the customer's, for support. Refused as `not_found`,
    `not_permitted`, `text_missing`, `case_resolved`, `case_over`, or with what stands against a
    file.
    """
    kept = said(text)
    with seeing(by):
        case = loading.found(number, by)
        side = side_of(case, by)
        case = loading.locked(case)
        loading.demand_live(case)
        found = usable(files, case.attachments.count())
        after = waits_for if side == Side.STAFF else None
        step = move(case.state, "answer", side, after)
        told = {"side": side, "message": next_place(case), "attachments": attached(found)}
        at = tell(case, step.event, by, **told, state=step.after)
        message = write(case, kept, side, by, at, found)
        if side == Side.STAFF:
            case.answered_at = case.answered_at or at
        stand(case, step.after)
        letters.answered(case, message)
    wake.wake()
    return message


def stand(case: Case, state: str) -> None:
    """Write where the case stands; a target that waited for the customer moves by so much."""
    if case.waiting_since:
        case.resolution_due_at = targets.later(case.resolution_due_at, case.waiting_since)
    waits = state == State.WAITING_FOR_CUSTOMER
    case.waiting_since = clock.business_now() if waits else None
    case.state = state
    case.save(update_fields=COLUMNS)
