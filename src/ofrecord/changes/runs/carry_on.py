"""Carry on: the next batch of a run, by the same verb as everywhere, in one transaction.

A batch is locked while it is carried out, and what became of it is marked in the same
transaction as the act. So whoever dies in the middle of it has done nothing of it, the next one
to come takes it at once, and no two ever carry out the same.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from django.db.models.functions import Now

from ofrecord.changes import requests
from ofrecord.changes.carry_out import Item, Submitted
from ofrecord.changes.models import Run, RunBatch, RunState
from ofrecord.changes.refusals import NotAvailable, Refused
from ofrecord.changes.runs.acting import Stopped, acting
from ofrecord.changes.runs.moves import decidable, move
from ofrecord.changes.runs.show import counts
from ofrecord.changes.submit import submit
from ofrecord.delivery import failpoints, wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def carry_on(number: str, *, by: Actor) -> bool:
    """Carry out the next batch of a run that nobody else has in hand; whether there was one.

    The batch acts as who started the run, judged anew. Without one that can be taken the run
    is completed, unless others still work on it. Refused as `not_found` or `not_permitted`.
    """
    run = decidable(number, by=by)
    try:
        taken = _next(run)
    except Stopped as stopped:
        return _settled(run, "stop", {"code": stopped.code}, stopped.code)
    failpoints.hit("run.after_batch")
    if not taken:
        _complete(run)
    return taken


def under_way() -> list[str]:
    """The numbers of the runs that are to be carried on, the oldest first."""
    with seeing(Actor.system()):
        open_ones = Run.objects.filter(state=RunState.UNDER_WAY).order_by("id")
        return list(open_ones.values_list("number", flat=True))


def _next(run: Run) -> bool:
    with seeing(Actor.system()):
        batch = _taken(run)
        if batch is None:
            return False
        request_id, outcome = _carried_out(run, batch)
        RunBatch.objects.filter(pk=batch.pk).update(
            done_at=Now(),
            accepted=len(outcome.accepted),
            refused=len(outcome.refused),
            request=request_id,
        )
        failpoints.hit("run.before_commit")
    wake.wake()
    return True


def _taken(run: Run) -> RunBatch | None:
    """The first batch that is not done and not in hand, locked."""
    waiting = RunBatch.objects.filter(run=run, run__state=RunState.UNDER_WAY, done_at=None)
    return waiting.order_by("number").select_for_update(skip_locked=True, of=("self",)).first()


def _carried_out(run: Run, batch: RunBatch) -> tuple[int | None, Submitted]:
    """The request that holds the answer, and the answer. A refusal of all is an answer too."""
    who = acting(run)
    content = {"run": run.number, "batch": batch.number}
    key = f"run {run.number}, batch {batch.number}"
    receipt = requests.receive(run.verb, key, content, by=who)
    try:
        outcome = VERBS[run.verb](run, batch.agreements, who, receipt.id)
    except Refused as refused:
        outcome = refused.outcome or _all_refused(batch.agreements, refused)
    receipt.keep(outcome.as_data())
    return receipt.id, outcome


def _submit(run: Run, agreements: Sequence[str], who: Actor, request_id: int | None) -> Submitted:
    return submit(
        agreements,
        run.partner,
        by=who,
        reason=run.reason,
        effective_on=run.effective_on,
        request_id=request_id,
    )


def _all_refused(agreements: Sequence[str], refused: Refused) -> Submitted:
    return Submitted(tuple(Item(ref, None, "refused", refused.verdicts) for ref in agreements))


def _complete(run: Run) -> None:
    done = counts(run)
    if done.batches_done == run.batches:
        _settled(run, "complete", {"accepted": done.accepted, "refused": done.refused})


def _settled(run: Run, act: str, data: dict[str, Any], stopped_for: str = "") -> bool:
    """Move the run on, unless somebody else did meanwhile; there is no more to carry out."""
    with suppress(NotAvailable):
        move(run, act, by=Actor.system(), data=data, stopped_for=stopped_for)
    return False


VERBS: dict[str, Callable[[Run, Sequence[str], Actor, int | None], Submitted]] = {"submit": _submit}
