"""Approve: a second person puts a proposed correction in force, exactly as it was proposed."""

from typing import Any
from uuid import UUID

from ofrecord.agreements.models import Agreement
from ofrecord.changes import decide, decided, letters, refusals
from ofrecord.changes.advance import lock
from ofrecord.changes.cancel import call_off
from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.check import Check
from ofrecord.changes.corrections.proposal import (
    demand_operations,
    preview,
    review,
    wished,
)
from ofrecord.changes.corrections.refusals import correction_closed, no_correction
from ofrecord.changes.decided import Decided
from ofrecord.changes.lifecycle import AWAITING
from ofrecord.changes.models import OPEN, Correction, Outcome, PartnerChange
from ofrecord.changes.rows import Act, Origin
from ofrecord.delivery import wake
from ofrecord.journal.record import open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def approve(id: UUID, *, by: Actor) -> Decided:
    """Carry a proposed correction out; the change that it becomes.

    An open change is called off in the same act where the proposal says so. Refused as
    `not_found`, `not_permitted`, `same_person`, `correction_closed`, `agreement_moved` where it
    would not do any more what was proposed, and with the partner rules.
    """
    with seeing(by):
        proposed, agreement = waiting(id)
        person = demand_operations(by)
        if person == proposed.proposed_by.pk:
            raise refusals.refused([refusals.same_person()])
        catch_up([agreement.pk])
        checked, against = review(proposed)
        if against:
            raise refusals.refused(against)
        called_off = _call_off(agreement, proposed, by) if proposed.supersedes else None
        if called_off:
            checked, _against = preview(agreement, wished(proposed))
            _tell_others(called_off, checked, by)
        change = _carry_out(proposed, checked, called_off, by)
        close(proposed, Outcome.APPROVED, person, change_id=change.change_id)
    wake.wake()
    return change


def waiting(id: UUID) -> tuple[Correction, Agreement]:
    """A proposal that waits, under the lock of its agreement."""
    found = Correction.objects.filter(pk=id).values_list("agreement", flat=True).first()
    if found is None:
        raise refusals.refused([no_correction(str(id))])
    lock([found])
    related = ("agreement", "corrects", "partner", "proposed_by")
    proposed = Correction.objects.select_related(*related).get(pk=id)
    if proposed.outcome:
        raise refusals.refused([correction_closed(proposed.get_outcome_display())])
    return proposed, proposed.agreement


def close(proposed: Correction, outcome: Outcome, person: int, **said: Any) -> None:
    """Write what became of a proposal, and who said so."""
    at = open_ledger("agreement", [proposed.agreement.pk]).at
    Correction.objects.filter(pk=proposed.pk).update(
        outcome=outcome, decided_at=at, decided_by_id=person, **said
    )


def _call_off(agreement: Agreement, proposed: Correction, by: Actor) -> Decided | None:
    """Cancel the open change, if there is one; as it was."""
    opened = PartnerChange.objects.filter(agreement=agreement, state__in=OPEN)
    for change in decided.load(list(opened.values_list("id", flat=True))):
        call_off(change, by=by, reason=proposed.reason)
        return change
    return None


def _tell_others(called_off: Decided, check: Check, by: Actor) -> None:
    """Write to the firms that only the open change concerned; the correction tells the others."""
    told = {party.partner_id for party in (*check.before, *(check.after or ()))}
    undecided = called_off.state == AWAITING
    letters.compose("cancelled", [called_off], by=by, undecided=undecided, beside=told)


def _carry_out(
    proposed: Correction, check: Check, called_off: Decided | None, by: Actor
) -> Decided:
    origin = Origin(
        cause=f"correction/{proposed.pk}",
        proposed_by=proposed.proposed_by.pk,
        supersedes=(called_off.change_id, called_off.number) if called_off else None,
    )
    (change,) = decide.decide([check], Act(by, proposed.reason, None, origin))
    return change
