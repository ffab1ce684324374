"""Cancel: a change that is still open is called off, and everything stays as it was."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from ofrecord.agreements.history import partners_of_record
from ofrecord.changes import decided, letters, refusals, tenures
from ofrecord.changes.advance import advance, lock, summary
from ofrecord.changes.check import check_ids
from ofrecord.changes.consents.settle import let_go, settle_due_of
from ofrecord.changes.decided import Decided
from ofrecord.changes.lifecycle import AWAITING, acts
from ofrecord.changes.models import Occasion, PartnerChange, State
from ofrecord.changes.tenures import Opening
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def cancel(number: str, *, by: Actor, reason: str) -> Decided:
    """Cancel an open change: what it opened is superseded, what it ended is restored.

    Refused as `not_found`, `not_permitted`, `reason_missing`, `caused_by_order`, or `not_open`
    (also when its effective time has come and only the clock has not marked it yet).
    """
    with seeing(by):
        change = _locked(number, by)
        _judge(change, by, reason)
        cancelled = call_off(change, by=by, reason=reason.strip())
        letters.compose("cancelled", [cancelled], by=by, undecided=change.state == AWAITING)
    wake.wake()
    return cancelled


def call_off(change: Decided, *, by: Actor, reason: str) -> Decided:
    """End an open change whose agreement is locked; the letters are the caller's."""
    at = advance(
        [change],
        "cancel",
        by=by,
        moved=True,
        data=lambda each: {**summary(each), **_continues(each), "reason": reason},
        reason=lambda each: reason,
    )
    if change.state == State.SCHEDULED:
        _restore(change, at)
    let_go([change.change_id])
    return decided.load([change.change_id])[0]


def _continues(change: Decided) -> dict[str, Any]:
    """The partners of record that go on, where the change had been decided."""
    if change.state != State.SCHEDULED:
        return {}
    last = change.effective_at - timedelta(microseconds=1)
    stays = partners_of_record([change.agreement_id], last)[change.agreement_id]
    names = ("partner", "name", "role", "subscription")
    return {"continues": [{name: each.as_data()[name] for name in names} for each in stays]}


def _locked(number: str, by: Actor) -> Decided:
    found = PartnerChange.objects.visible_to(by).filter(number=number)
    ids = found.values_list("id", "agreement_id").first()
    if ids is None:
        raise refusals.refused([refusals.no_change(number)])
    lock([ids[1]])
    settle_due_of([ids[1]])
    return decided.load([ids[0]])[0]


def _judge(change: Decided, by: Actor, reason: str) -> None:
    if not reason.strip():
        raise refusals.refused([refusals.reason_missing()])
    checked = check_ids([change.agreement_id], partner=None, person=by.judged_person)
    refusals.permitted(checked[change.agreement_id].verdicts)
    due = change.state == State.SCHEDULED and change.effective_at <= clock.business_now()
    if due or "cancel" not in acts(change.state):
        raise refusals.refused([refusals.not_open(change.number, change.state)])
    made = PartnerChange.objects.get(pk=change.change_id)
    if made.occasion == Occasion.ORDER:
        ordered = made.cause.removeprefix("order/")
        raise refusals.refused([refusals.caused_by_order(change.number, ordered)])


def _restore(change: Decided, at: datetime) -> None:
    """Supersede what was to begin with the change, and let go on what was to end with it.

    What stands just before its effective time goes on: that is what it had ended, or what a
    correction has put there since.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TO_COME, [change.change_id])
        to_come = [row[0] for row in cursor.fetchall()]
        cursor.execute(_TO_END, [change.agreement_id, change.effective_at])
        to_end = cursor.fetchall()
    ended = [id for id, *_rest in to_end]
    going_on = [Opening(change.change_id, *rest) for _id, *rest in to_end]
    tenures.supersede(change.change_id, [*to_come, *ended], going_on, at)


_TO_COME = """
SELECT t.id FROM tenure AS t JOIN partner_change AS c ON c.id = t.opened_by_id
 WHERE t.opened_by_id = %s AND t.superseded_at IS NULL AND t.effective_from >= c.effective_at
"""
_TO_END = """
SELECT id, agreement_id, account_id, subscription_id, role, partner_id, effective_from, NULL
  FROM tenure WHERE agreement_id = %s AND effective_until = %s AND superseded_at IS NULL
"""
