"""A policy by two people: one hands a draft over, another one publishes or declines it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from ofrecord.journal.record import Fact, open_ledger
from ofrecord.rules import refusals
from ofrecord.rules.models import Outcome, PolicyDraft
from ofrecord.rules.publish import STREAM, SUBJECT, SUBJECT_ID, draft, lock, person_of, publish
from ofrecord.rules.refusals import Acting, Defect, PolicyRefused


def hand_over(
    parameters: Mapping[str, Any],
    *,
    in_force_on: date,
    by: Acting,
    note: str,
    compared_with: int | None = None,
) -> PolicyDraft:
    """Keep a draft until a second person publishes or declines it.

    What it says is judged as it is when it is published, then once more. Call it inside
    `parties.context.seeing`. Raises PolicyRefused: not_permitted, draft_waiting, and whatever
    stands against its publication.
    """
    person = person_of(by.by)
    if not refusals.may_publish(by) or person is None:
        raise PolicyRefused([refusals.not_permitted()])
    words = " ".join(note.split())
    with transaction.atomic():
        lock()
        made = draft(parameters, in_force_on=in_force_on)
        _judge([*made.defects, *([] if words else [refusals.note_missing()])])
        if compared_with is not None and compared_with != made.base.version:
            raise PolicyRefused([refusals.moved(made.base.version)])
        if PolicyDraft.objects.filter(outcome=Outcome.WAITING).exists():
            raise PolicyRefused([refusals.draft_waiting()])
        said = {"in_force_on": in_force_on, "note": words}
        changed = [each.as_data() for each in made.changed]
        ledger = open_ledger(STREAM, [SUBJECT_ID])
        ledger.record([_fact("policy.drafted", {**said, "changed": changed})], by.by)
        return PolicyDraft.objects.create(
            parameters={each.name: each.after for each in made.changed},
            compared_with=made.base.version,
            drafted_at=ledger.at,
            drafted_by_id=person,
            **said,
        )


def approve(id: UUID, *, by: Acting) -> int:
    """Publish a draft that somebody else wrote; the number of the version that it becomes.

    Call it inside `parties.context.seeing`. Raises PolicyRefused: not_found, draft_closed,
    same_person, and whatever stands against its publication by now.
    """
    with transaction.atomic():
        made = _waiting(id, by)
        if person_of(by.by) == made.drafted_by_id:
            raise PolicyRefused([refusals.same_person()])
        made.version = publish(
            made.parameters,
            in_force_on=made.in_force_on,
            by=by,
            note=made.note,
            compared_with=made.compared_with,
            drafted_by=made.drafted_by_id,
        )
        _close(made, Outcome.PUBLISHED, by, "")
        return made.version


def decline(id: UUID, *, by: Acting, reason: str) -> PolicyDraft:
    """Decline a draft, or take one's own back, with the reason.

    Call it inside `parties.context.seeing`. Raises PolicyRefused: not_permitted, not_found,
    draft_closed, reason_missing.
    """
    words = " ".join(reason.split())
    with transaction.atomic():
        made = _waiting(id, by)
        _judge([] if words else [refusals.reason_missing()])
        ledger = open_ledger(STREAM, [SUBJECT_ID])
        said = {"in_force_on": made.in_force_on, "drafted_by": made.drafted_by_id}
        ledger.record([_fact("policy.draft_declined", {**said, "reason": words})], by.by)
        _close(made, Outcome.DECLINED, by, words)
        return made


def waiting() -> PolicyDraft | None:
    """The draft that waits for a second person, if one does."""
    return PolicyDraft.objects.filter(outcome=Outcome.WAITING).first()


def _waiting(id: UUID, by: Acting) -> PolicyDraft:
    """The draft under the lock of the policy, while it waits."""
    if not refusals.may_publish(by):
        raise PolicyRefused([refusals.not_permitted()])
    lock()
    made = PolicyDraft.objects.filter(pk=id).first()
    if made is None:
        raise PolicyRefused([refusals.no_draft()])
    if made.outcome:
        raise PolicyRefused([refusals.draft_closed(str(made.get_outcome_display()))])
    return made


def _judge(defects: list[Defect]) -> None:
    if defects:
        raise PolicyRefused(defects)


def _close(made: PolicyDraft, outcome: Outcome, by: Acting, reason: str) -> None:
    made.outcome, made.closed_reason = outcome, reason
    made.closed_by_id = person_of(by.by)
    made.closed_at = open_ledger(STREAM, [SUBJECT_ID]).at
    made.save(update_fields=["outcome", "closed_at", "closed_by_id", "closed_reason", "version"])


def _fact(type: str, data: dict[str, Any]) -> Fact:
    return Fact(SUBJECT_ID, type, SUBJECT, data)
