"""Decline: a proposed correction is not carried out, or taken back by whoever proposed it."""

from uuid import UUID

from ofrecord.agreements import versions
from ofrecord.changes import refusals
from ofrecord.changes.corrections.approve import close, waiting
from ofrecord.changes.corrections.proposal import demand_operations
from ofrecord.changes.corrections.propose import fact
from ofrecord.changes.models import Outcome
from ofrecord.delivery import wake
from ofrecord.journal.record import open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def decline(id: UUID, *, by: Actor, reason: str) -> None:
    """Leave everything as it is.

    Refused as `not_found`, `not_permitted`, `correction_closed` or `reason_missing`.
    """
    with seeing(by):
        proposed, agreement = waiting(id)
        person = demand_operations(by)
        refusals.usable([id], reason)
        ledger = open_ledger("agreement", [agreement.pk])
        said = {"reason": reason.strip()}
        ledger.record([fact("correction.declined", proposed, agreement, said)], by.by)
        versions.raise_to(ledger, [agreement.pk], moved=False)
        close(proposed, Outcome.DECLINED, person, decided_reason=reason.strip())
    wake.wake()
