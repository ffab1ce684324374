"""Make: an admin makes a code with which one named partner can take chosen agreements over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.codes.refusals import codes_off, days_unusable, of_one_account
from ofrecord.changes.codes.secret import draw, hashed
from ofrecord.changes.codes.telling import tell
from ofrecord.changes.models import CodedAgreement, TransferCode
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules import policy


@dataclass(frozen=True)
class Made:
    """A code as it is shown, this once."""

    id: UUID
    code: str
    valid_until: datetime
    partner: str
    agreements: tuple[str, ...]


def make(
    references: Sequence[str],
    partner: str,
    *,
    by: Actor,
    reason: str,
    days: int | None = None,
) -> Made:
    """Make a code for agreements of one account, valid through the `days`-th day from today.

    What stands against the change now refuses it, for all of them: what the admin was shown is
    what the code is for. Without `days` it is valid as long as the policy allows. Refused as
    `codes_off`, `days_unusable`, `of_one_account`, `not_found`, `not_permitted`,
    `reason_missing`, and with the rules.
    """
    wanted = list(dict.fromkeys(references))
    with seeing(by):
        refusals.usable(wanted, reason)
        valid = _days(days)
        checks = _taken(wanted, partner, by)
        if by.judged_person is None:
            raise refusals.refused([refusals.persons_only()])
        secret = draw()
        code = TransferCode(
            account_id=checks[0].facts["account_id"],
            partner_id=checks[0].facts["partner_id"],
            hash=hashed(secret),
            reason=reason.strip(),
            valid_until=clock.midnight(clock.today() + timedelta(days=valid + 1)),
            made_by_id=by.judged_person,
        )
        code.made_at = tell("transfer_code.made", code, _said(code, partner, wanted), by)
        code.save(force_insert=True)
        _name(code, checks)
    return Made(code.pk, secret, code.valid_until, partner, tuple(wanted))


def _days(days: int | None) -> int:
    most = policy.live().transfer_code_days
    if not most:
        raise refusals.refused([codes_off()])
    if days is not None and not 1 <= days <= most:
        raise refusals.refused([days_unusable(most)])
    return days or most


def _taken(wanted: Sequence[str], partner: str, by: Actor) -> list[Check]:
    """The agreements under their locks, where each can go to the partner."""
    rows = Agreement.objects.visible_to(by).filter(reference__in=wanted).order_by("id")
    ids = dict(rows.select_for_update(of=("self",)).values_list("reference", "id"))
    if missing := [each for each in wanted if each not in ids]:
        raise refusals.refused([refusals.not_found(each) for each in missing])
    catch_up(list(ids.values()))
    checks = list(check_ids(list(ids.values()), partner=partner, person=by.judged_person).values())
    if len({check.facts["account_id"] for check in checks}) > 1:
        raise refusals.refused([of_one_account()])
    for check in checks:
        if check.verdicts:
            raise refusals.refused(check.verdicts)
    return checks


def _name(made: TransferCode, checks: Sequence[Check]) -> None:
    CodedAgreement.objects.bulk_create(
        CodedAgreement(
            code=made,
            agreement_id=check.facts["id"],
            account_id=check.facts["account_id"],
            moved_at_version=check.facts["moved_at_version"],
        )
        for check in checks
    )


def _said(code: TransferCode, partner: str, references: Sequence[str]) -> dict[str, Any]:
    return {
        "partner": partner,
        "agreements": list(references),
        "valid_until": code.valid_until,
        "reason": code.reason,
    }
