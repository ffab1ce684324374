"""What a correction would do: the preview that is proposed, approved, and carried out."""

from dataclasses import dataclass
from datetime import date, datetime

from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.corrections.refusals import (
    before_start,
    effective_in_future,
    ends_before_it_begins,
    ends_in_future,
    not_operations,
    nothing_wished,
    reaches_into,
)
from ofrecord.changes.fingerprint import parsed
from ofrecord.changes.models import Correction, PartnerChange, State
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.rules.verdicts import Verdict

OCCASION = "correction"
APPROVERS = ("operations",)


@dataclass(frozen=True)
class Wish:
    """What should have been: this partner, or the set that stood before the change `corrects`.

    It counts from `since`, by default the corrected change's own effective time, and to `until`
    where that is given, which is over. `supersedes` calls an open change off; otherwise what is
    scheduled stays, and the correction ends where that begins.
    """

    partner: str | None = None
    corrects: PartnerChange | None = None
    since: datetime | None = None
    until: datetime | None = None
    supersedes: bool = False


def wish(
    reference: str,
    *,
    partner: str | None,
    corrects: str | None,
    effective_on: date | None,
    until: date | None,
    supersedes: bool,
) -> Wish:
    """The wish in a person's words; days begin at the vendor's midnight.

    Refused as `nothing_wished` or `not_found`.
    """
    change = None
    if corrects:
        of_agreement = PartnerChange.objects.filter(agreement__reference=reference)
        change = of_agreement.filter(number=corrects, decided_at__isnull=False).first()
        if change is None:
            raise refusals.refused([refusals.no_change(corrects)])
    if not (partner or change) or not (effective_on or change):
        raise refusals.refused([nothing_wished()])
    return Wish(
        partner or None,
        change,
        clock.midnight(effective_on) if effective_on else (change.effective_at if change else None),
        clock.midnight(until) if until else None,
        supersedes,
    )


def wished(proposed: Correction) -> Wish:
    """What somebody has proposed."""
    return Wish(
        proposed.partner.account_number if proposed.partner else None,
        proposed.corrects,
        proposed.effective_at,
        proposed.effective_until,
        proposed.supersedes,
    )


def review(proposed: Correction) -> tuple[Check, tuple[Verdict, ...]]:
    """What a proposal would do now, and all that stands against approving it.

    What is not any more what was proposed is refused as `agreement_moved`.
    """
    checked, against = preview(proposed.agreement, wished(proposed))
    return checked, moved(checked, proposed.fingerprint) or against


def moved(check: Check, shown: str) -> tuple[Verdict, ...]:
    """The refusal of what is not any more as it was shown."""
    before = parsed(shown)
    parts = check.fingerprint.moved(before) if check.fingerprint and before else ()
    return (refusals.agreement_moved(parts, None),) if parts else ()


def preview(agreement: Agreement, wished: Wish) -> tuple[Check, tuple[Verdict, ...]]:
    """What the wish would do, and all that stands against it."""
    opened = PartnerChange.objects.filter(agreement=agreement, state=State.SCHEDULED).first()
    follows = None if wished.supersedes else opened
    until = wished.until or (follows.effective_at if follows else None)
    since = wished.since or clock.business_now()
    checked = check_ids(
        [agreement.pk],
        partner=wished.partner,
        person=None,
        occasion=OCCASION,
        undone=[wished.corrects.pk] if wished.corrects else [],
        period=(since, until),
    )[agreement.pk]
    return checked, (*_about_time(checked, since, until, follows), *checked.verdicts)


def _about_time(
    check: Check, since: datetime, until: datetime | None, follows: PartnerChange | None
) -> tuple[Verdict, ...]:
    now = clock.business_now()
    if since > now:
        return (effective_in_future(),)
    if since < check.facts["effective_at"]:
        return (before_start(check.facts["effective_at"]),)
    if until and until <= since:
        return (ends_before_it_begins(),)
    if until and follows and until > follows.effective_at:
        return (reaches_into(follows.number),)
    if until and until > now and not (follows and until == follows.effective_at):
        return (ends_in_future(),)
    return ()


def demand_operations(by: Actor) -> int:
    """The person who acts, where they hold a role of the vendor's operations."""
    person = by.judged_person
    with seeing(Actor.system()):
        held = Role.objects.filter(
            person=person, account=None, partner=None, name__in=APPROVERS
        ).exists()
    if person is None or not held:
        raise refusals.refused([not_operations()])
    return person
