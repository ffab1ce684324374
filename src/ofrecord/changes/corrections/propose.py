"""Propose: somebody of operations says what should have been, for a second person to approve."""

from datetime import date
from typing import Any

from ofrecord.agreements import versions
from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.check import Check
from ofrecord.changes.corrections.proposal import (
    Wish,
    demand_operations,
    moved,
    preview,
    wish,
)
from ofrecord.changes.corrections.refusals import correction_waiting
from ofrecord.changes.models import Correction
from ofrecord.delivery import wake
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def propose(
    reference: str,
    *,
    by: Actor,
    reason: str,
    partner: str | None = None,
    corrects: str | None = None,
    effective_on: date | None = None,
    until: date | None = None,
    supersedes: bool = False,
    fingerprint: str = "",
) -> Correction:
    """Propose a correction of one agreement; nothing changes until somebody else approves it.

    Name the right `partner` and the day from which it should have been (`effective_on`), or the
    change that it `corrects`: alone, that restores the set before it. `fingerprint` is of the
    preview that was shown, if one was. Refused as `not_found`, `not_permitted`,
    `reason_missing`, `nothing_wished`, `correction_waiting`, `effective_in_future`,
    `effective_before_start`, `ends_before_it_begins`, `ends_in_future`, `change_in_progress`,
    `agreement_moved`, and with the partner rules.
    """
    with seeing(by):
        agreement = locked(Agreement.objects.visible_to(by), reference)
        person = demand_operations(by)
        refusals.usable([reference], reason)
        catch_up([agreement.pk])
        if Correction.objects.filter(agreement=agreement, outcome="").exists():
            raise refusals.refused([correction_waiting(reference)])
        wished = wish(
            reference,
            partner=partner,
            corrects=corrects,
            effective_on=effective_on,
            until=until,
            supersedes=supersedes,
        )
        checked, against = preview(agreement, wished)
        if against := moved(checked, fingerprint) or against:
            raise refusals.refused(against)
        proposed = _write(agreement, checked, wished, person, reason.strip(), by)
    wake.wake()
    return proposed


def locked(visible: Any, reference: str) -> Agreement:
    """The agreement under its lock; refused as `not_found` where it is not seen."""
    found = visible.filter(reference=reference).select_for_update(of=("self",)).first()
    if not isinstance(found, Agreement):
        raise refusals.refused([refusals.not_found(reference)])
    return found


def _write(
    agreement: Agreement, check: Check, wished: Wish, person: int, reason: str, by: Actor
) -> Correction:
    ledger = open_ledger("agreement", [agreement.pk])
    proposed = Correction.objects.create(
        agreement=agreement,
        account_id=check.facts["account_id"],
        partner_id=check.facts["partner_id"],
        corrects=wished.corrects,
        effective_at=check.facts["effective_at"],
        effective_until=check.facts["effective_until"],
        supersedes=wished.supersedes,
        fingerprint=str(check.fingerprint),
        reason=reason,
        proposed_at=ledger.at,
        proposed_by_id=person,
    )
    ledger.record([fact("correction.proposed", proposed, agreement, told(proposed, check))], by.by)
    versions.raise_to(ledger, [agreement.pk], moved=False)
    return proposed


def told(proposed: Correction, check: Check) -> dict[str, Any]:
    """What the journal tells of a proposal: what it would do, from when to when, and why."""
    until = proposed.effective_until
    return {
        "before": [party.as_data() for party in check.before],
        "after": [party.as_data() for party in check.after or ()],
        "effective_at": proposed.effective_at,
        "effective_until": until,
        "corrects": proposed.corrects.number if proposed.corrects else None,
        "supersedes": proposed.supersedes,
        "reason": proposed.reason,
    }


def fact(type: str, proposed: Correction, agreement: Agreement, data: dict[str, Any]) -> Fact:
    """A fact about a proposal, in the stream of its agreement."""
    return Fact(
        subject_id=agreement.pk,
        type=type,
        subject=agreement.reference,
        account_id=proposed.account_id,
        about=str(proposed.pk),
        data={"agreement": agreement.reference, "correction": str(proposed.pk), **data},
    )
