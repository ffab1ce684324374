"""What a customer wishes for, as data: judged when the case is opened, and told in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement, PartnerRole
from ofrecord.cases import refusals
from ofrecord.cases.models import Case, Wish
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.find import looked_up, typed
from ofrecord.changes.members import Member
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.changes.refusals import refused

OF_NUMBER = ("partner_malformed", "partner_unknown", "partner_inactive")
"""What stands against a number whatever support may override."""
LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Wished:
    """A wish as somebody says it. `kind` is one of `Wish`; numbers are as they were typed.

    `agreement` is a reference; `account` the number of the account where there is none, which
    somebody of a single account need not name.
    """

    kind: str
    agreement: str = ""
    account: str = ""
    subject: str = ""
    member: Member | None = None
    new_partner: str = ""
    change: str = ""

    @property
    def number(self) -> str:
        """The new partner's number as it is kept; empty where the wish names none."""
        return typed(self.new_partner) if self.kind in (Wish.REPLACE_ONE, Wish.TOKEN_FLEX) else ""


def judged(wished: Wished, on: Agreement | None) -> dict[str, Any]:
    """The columns of a case that say its wish; refused where it is not complete or not so."""
    if wished.kind not in Wish.values:
        raise refused([refusals.wish_unknown()])
    if wished.kind == Wish.OTHER:
        return {"subject": _subject(wished)}
    if wished.kind == Wish.ERRONEOUS_CHANGE:
        return {"about_change": _change(wished.change, on)}
    if on is None:
        raise refused([refusals.wish_needs_agreement()])
    if wished.kind == Wish.REPLACE_ONE:
        return _replacing(wished, on)
    check = check_ids([on.pk], partner=wished.number or None, person=None)[on.pk]
    return _new(wished.number, check)


def title(case: Case) -> str:
    """What a case is about, in the reader's language."""
    if case.wish == Wish.REPLACE_ONE and case.member_partner:
        return _("Replace %(partner)s as %(role)s") % {
            "partner": case.member_partner.name,
            "role": str(PartnerRole(case.member_role).label).lower(),
        }
    if case.wish == Wish.ERRONEOUS_CHANGE and case.about_change:
        return _("Change %(number)s is wrong") % {"number": case.about_change.number}
    return case.subject or str(Wish(case.wish).label)


def _subject(wished: Wished) -> str:
    subject = " ".join(wished.subject.split())[:LONGEST_SUBJECT]
    if not subject:
        raise refused([refusals.subject_missing()])
    return subject


def _change(number: str, on: Agreement | None) -> PartnerChange:
    known = PartnerChange.objects.filter(number=normalized(number) or "").exclude(occasion="load")
    found = known.filter(agreement=on).first() if on else None
    if found is None:
        raise refused([refusals.change_unknown()])
    return found


def _replacing(wished: Wished, on: Agreement) -> dict[str, Any]:
    """The one member that is to be replaced, as it stands, and the new partner."""
    if wished.member is None:
        raise refused([refusals.member_missing()])
    if not wished.number:
        raise refused([refusals.number_missing()])
    members = [wished.member]
    found = check_ids(
        [on.pk], partner=wished.number, person=None, occasion="support", members=members
    )
    check = found[on.pk]
    if check.misnamed:
        raise refused(check.misnamed)
    meant = {(e.partner_id, e.role, e.subscription_id) for e in check.standing if e.places}
    if len(meant) != 1:
        raise refused([refusals.member_missing()])
    ((partner, role, subscription),) = meant
    if partner == check.facts["partner_id"]:
        raise refused([refusals.member_same(check.facts["partner_name"])])
    return {
        "member_partner_id": partner,
        "member_role": role,
        "member_subscription_id": subscription,
        **_new(wished.number, check),
    }


def _new(number: str, check: Check) -> dict[str, Any]:
    """The new partner by its number, with the name that the customer is told."""
    if not number:
        return {}
    if against := [each for each in check.verdicts if each.code in OF_NUMBER]:
        raise refused(against)
    return {"new_partner": number, "new_partner_name": looked_up(number, [check]).name}
