"""Answer: a party gives or refuses the consent that a change waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ofrecord.agreements import versions
from ofrecord.changes import refusals
from ofrecord.changes.advance import lock
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.consents.refusals import no_consent
from ofrecord.changes.consents.rights import against
from ofrecord.changes.consents.settle import settle_changes, settle_due_of
from ofrecord.changes.lifecycle import AWAITING, move
from ofrecord.changes.models import Consent
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.verdicts import Verdict


@dataclass(frozen=True)
class Answered:
    """What became of one answer: `answer` is given or refused, or empty with its refusals."""

    consent: UUID
    agreement: str
    answer: str
    refusals: tuple[Verdict, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {
            "consent": str(self.consent),
            "agreement": self.agreement,
            "answer": self.answer or None,
            "refusals": [verdict.as_data() for verdict in self.refusals],
        }


def answer(
    consents: Sequence[UUID], *, given: bool, by: Actor, ground: str = "", reason: str = ""
) -> list[Answered]:
    """Give or refuse 1 to 10,000 consents, each that of a party for which the actor stands.

    A losing partner refuses on one of the policy's grounds, anybody else with a reason. Items
    are judged singly; one alone that is refused raises its named refusal: `not_found`,
    `not_permitted`, `same_person`, `consent_closed`, `ground_unknown`, `reason_missing`.
    """
    wanted = list(dict.fromkeys(consents))
    refusals.bounded(wanted)
    with seeing(by):
        seen = set(
            Consent.objects.visible_to(by).filter(id__in=wanted).values_list("id", flat=True)
        )
    with seeing(Actor.system()):
        asked, checks = _locked(seen, by)
        said = {id: (ground, reason.strip()) for id in asked}
        judged = {
            id: against(each, checks[each.change.agreement_id], by, given, *said[id])
            for id, each in asked.items()
        }
        free = [asked[id] for id in wanted if id in asked and not judged[id]]
        _record(free, given, by, ground, reason.strip())
        settle_changes([each.change_id for each in free], by)
        answers = [_answered(id, asked.get(id), judged.get(id), given) for id in wanted]
    if free:
        wake.wake()
    if len(answers) == 1 and answers[0].refusals:
        raise refusals.refused(answers[0].refusals)
    return answers


def _locked(seen: set[UUID], by: Actor) -> tuple[dict[UUID, Consent], dict[int, Check]]:
    """The consents under the lock of their agreements, and what the rules say of these."""
    of = Consent.objects.filter(id__in=seen)
    ids = list(of.values_list("change__agreement_id", flat=True).distinct())
    lock(ids)
    settle_due_of(ids)
    found = {each.id: each for each in of.select_related("change__agreement", "partner")}
    return found, check_ids(ids, partner=None, person=by.judged_person)


def _answered(
    id: UUID, consent: Consent | None, judged: Sequence[Verdict] | None, given: bool
) -> Answered:
    if consent is None:
        return Answered(id, "", "", (no_consent(str(id)),))
    reference = consent.change.agreement.reference
    if judged:
        return Answered(id, reference, "", tuple(judged))
    return Answered(id, reference, "given" if given else "refused")


def _record(consents: Sequence[Consent], given: bool, by: Actor, ground: str, reason: str) -> None:
    """The answers and their facts; nobody is named but by number and id."""
    if not consents:
        return
    agreements = list(dict.fromkeys(each.change.agreement_id for each in consents))
    ledger = open_ledger("agreement", agreements)
    type = move(AWAITING, "give" if given else "refuse").event
    ledger.record([_fact(each, type, ground, reason) for each in consents], by.by)
    _write(consents, "given" if given else "refused", ledger.at, by, (ground, reason))
    versions.raise_to(ledger, agreements, moved=False)


def _fact(consent: Consent, type: str, ground: str, reason: str) -> Fact:
    said: Mapping[str, Any] = {"ground": ground, "reason": reason}
    return Fact(
        subject_id=consent.change.agreement_id,
        type=type,
        subject=consent.change.agreement.reference,
        account_id=consent.account_id,
        about=consent.change.number,
        data={
            "change": consent.change.number,
            "agreement": consent.change.agreement.reference,
            "consent": str(consent.id),
            "kind": consent.kind,
            "partner": consent.partner.account_number if consent.partner else None,
            "due_at": consent.due_at,
            **{name: value for name, value in said.items() if value},
        },
    )


def _write(
    consents: Sequence[Consent], answer: str, at: datetime, by: Actor, said: tuple[str, str]
) -> None:
    with connection.cursor() as cursor:
        ids = [each.id for each in consents]
        given = (answer, clock.business_now(), at, by.judged_person, by.client or "", *said)
        cursor.execute(_ANSWER, [*given, ids])


_ANSWER = """
UPDATE consent SET answer = %s, answered_at = %s, recorded_at = %s, answered_by_id = %s,
       client = %s, ground = %s, reason = %s
 WHERE id = ANY (%s)
"""
