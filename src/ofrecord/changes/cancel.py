"""Cancel: a change that is still open is called off, and everything stays as it was."""

from datetime import datetime

from django.db import connection

from ofrecord.changes import decided, letters, refusals, tenures
from ofrecord.changes.advance import advance, lock, summary
from ofrecord.changes.check import check_ids
from ofrecord.changes.decided import Decided
from ofrecord.changes.lifecycle import acts
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.tenures import Opening
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def cancel(number: str, *, by: Actor, reason: str) -> Decided:
    """Cancel an open change: what it opened is superseded, what it ended is restored.

    Refused as `not_found`, `not_permitted`, `reason_missing`, or `not_open` (also when its
    effective time has come and only the clock has not marked it yet).
    """
    with seeing(by):
        change = _locked(number, by)
        _judge(change, by, reason)
        at = advance(
            [change],
            "cancel",
            by=by,
            moved=True,
            data=lambda each: {**summary(each), "reason": reason.strip()},
            reason=reason.strip(),
        )
        _restore(change, at)
        cancelled = decided.load([change.change_id])
        letters.compose("cancelled", cancelled, by)
    wake.wake()
    return cancelled[0]


def _locked(number: str, by: Actor) -> Decided:
    found = PartnerChange.objects.visible_to(by).filter(number=number)
    ids = found.values_list("id", "agreement_id").first()
    if ids is None:
        raise refusals.refused([refusals.no_change(number)])
    lock([ids[1]])
    return decided.load([ids[0]])[0]


def _judge(change: Decided, by: Actor, reason: str) -> None:
    if not reason.strip():
        raise refusals.refused([refusals.reason_missing()])
    checked = check_ids([change.agreement_id], partner=None, person=by.judged_person)
    refusals.permitted(checked[change.agreement_id].verdicts)
    if "cancel" not in acts(change.state) or change.effective_at <= clock.business_now():
        raise refusals.refused([refusals.not_open(change.number, change.state)])


def _restore(change: Decided, at: datetime) -> None:
    """Supersede what the change opened, and open again, unshortened, what it had ended."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [change.change_id])
        opened = [row[0] for row in cursor.fetchall()]
        cursor.execute(_ENDED, [change.change_id])
        ended = cursor.fetchall()
    tenures.supersede({change.change_id: opened}, at)
    tenures.open_all([Opening(change.change_id, *row) for row in ended], at)


_OPENED = "SELECT id FROM tenure WHERE opened_by_id = %s AND superseded_at IS NULL"
_ENDED = """
SELECT agreement_id, account_id, subscription_id, role, partner_id, effective_from,
       effective_until
  FROM tenure WHERE superseded_by_id = %s AND opened_by_id <> superseded_by_id
"""
