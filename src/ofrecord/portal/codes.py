"""The transfer codes of an account, as their list shows them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from ofrecord.agreements.models import Agreement
from ofrecord.changes.check import check_ids
from ofrecord.changes.models import CodedAgreement, PartnerChange, TransferCode
from ofrecord.changes.recipients import last_day
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.web.records.people import People

LISTED = 5
CAUSE = "transfer_code/"


@dataclass(frozen=True)
class Few:
    """The first of some numbers, and how many more there are."""

    first: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Line:
    """One code: `state` is open, redeemed, withdrawn or expired."""

    code: TransferCode
    state: str
    made_by: str
    withdrawn_by: str
    agreements: Few
    changes: Few
    may_withdraw: bool

    @property
    def valid_on(self) -> Any:
        """The last day on which it can be redeemed."""
        return last_day(self.code.valid_until)


def state(code: TransferCode) -> str:
    """What can be done with a code now."""
    if code.redeemed_at:
        return "redeemed"
    if code.withdrawn_at:
        return "withdrawn"
    return "expired" if code.valid_until <= clock.business_now() else "open"


def lines(codes: Sequence[TransferCode], reader: Actor) -> list[Line]:
    """The codes with what they are for and what they led to: a fixed number of statements."""
    people = People(
        [person for each in codes for person in (each.made_by, each.withdrawn_by)], reader
    )
    agreements = _few(
        CodedAgreement.objects.filter(code__in=codes), "code_id", "agreement__reference"
    )
    causes = [f"{CAUSE}{each.pk}" for each in codes if each.redeemed_at]
    changes = _few(PartnerChange.objects.filter(cause__in=causes), "cause", "number")
    permitted = _permitted([each for each in codes if state(each) == "open"], reader)
    return [
        Line(
            code=each,
            state=state(each),
            made_by=people.name(each.made_by),
            withdrawn_by=people.name(each.withdrawn_by),
            agreements=agreements[each.pk],
            changes=changes[f"{CAUSE}{each.pk}"],
            may_withdraw=each.pk in permitted,
        )
        for each in codes
    ]


def _few(rows: QuerySet[Any], of: str, name: str) -> dict[Any, Few]:
    """The first few names of each group, in the order of their rows."""
    placed = rows.annotate(
        place=Window(RowNumber(), partition_by=[F(of)], order_by="pk"),
        total=Window(Count("pk"), partition_by=[F(of)]),
    ).filter(place__lte=LISTED)
    found: dict[Any, Few] = defaultdict(Few)
    for key, text, total in placed.order_by("pk").values_list(of, name, "total"):
        first = (*found[key].first, text)
        found[key] = Few(first, total - len(first))
    return found


def _permitted(codes: Sequence[TransferCode], reader: Actor) -> set[Any]:
    """Which of them this person may withdraw, as far as their first agreements tell."""
    rows = CodedAgreement.objects.filter(code__in=codes).order_by("code", "pk").distinct("code")
    firsts = dict(rows.values_list("code_id", "agreement_id"))
    known = Agreement.objects.visible_to(reader).filter(pk__in=firsts.values())
    ids = list(known.values_list("pk", flat=True))
    checks = check_ids(ids, partner=None, person=reader.judged_person) if ids else {}
    return {code for code, id in firsts.items() if id in checks and checks[id].facts["permitted"]}
