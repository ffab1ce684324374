"""Who is, was and will be partner of record of one agreement, as the details page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.agreements.history import OfRecord, partners_of_record
from ofrecord.agreements.models import Agreement, PartnerRole, Tenure
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.models import PartnerKind
from ofrecord.web.drawing import Lane, Period
from ofrecord.web.records import words

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Record:
    """The tenures that hold true, in the order of time, seen from `now`.

    `corrections` are those that put some of them right, at the door of `door`.
    """

    tenures: tuple[Tenure, ...]
    now: datetime
    corrections: tuple[PartnerChange, ...] = ()
    door: str = "portal"

    @property
    def present(self) -> list[Tenure]:
        return [t for t in self.tenures if self._is_on(t)]

    @property
    def to_come(self) -> list[Tenure]:
        return [t for t in self.tenures if t.effective_from > self.now]

    @property
    def past(self) -> list[Tenure]:
        """Who ended, the latest first."""
        ended = [t for t in self.tenures if t.effective_until and t.effective_until <= self.now]
        return sorted(ended, key=lambda t: (t.effective_until, t.pk), reverse=True)

    def lanes(self) -> list[Lane]:
        """One lane a role, and a subscription where it has a partner of its own."""
        order = list(PartnerRole)
        held = {(t.role, t.subscription_id or 0): t for t in self.tenures}
        return [
            self._lane([t for t in self.tenures if (t.role, t.subscription_id or 0) == lane])
            for lane in sorted(held, key=lambda lane: (order.index(PartnerRole(lane[0])), lane[1]))
        ]

    def _lane(self, tenures: Sequence[Tenure]) -> Lane:
        label, scope = words.role(tenures[0].role), tenures[0].subscription
        if scope:
            label = _("%(role)s, %(product)s") % {"role": label, "product": scope.product}
        return Lane(label, [self._period(t) for t in tenures])

    def _period(self, tenure: Tenure) -> Period:
        state = "accent" if self._is_on(tenure) else "neutral"
        if tenure.effective_from > self.now:
            state = "next"
        first, until = localtime(tenure.effective_from).date(), tenure.effective_until
        last = max(localtime(until - INSTANT).date(), first) if until else None
        return Period(tenure.partner.name, first, last, state, *self._put_right(tenure))

    def _put_right(self, tenure: Tenure) -> tuple[str, str, str]:
        """That a correction says so, and the way to it."""
        for each in self.corrections:
            until = each.effective_until
            began = each.effective_at <= tenure.effective_from
            if (
                each.pk == tenure.opened_by_id
                and began
                and not (until and tenure.effective_from >= until)
            ):
                url = reverse(f"{self.door}:change", args=[each.number])
                return _("put right by the correction"), url, each.number
        return "", "", ""

    def _is_on(self, tenure: Tenure) -> bool:
        until = tenure.effective_until
        return tenure.effective_from <= self.now and (until is None or until > self.now)


def record(agreement: Agreement, door: str, known_at: datetime | None = None) -> Record:
    """The tenures of an agreement, as known at an instant (now when None).

    Call it inside `parties.context.seeing`.
    """
    found = Tenure.objects.filter(agreement=agreement)
    if known_at is None:
        found = found.filter(superseded_at=None)
    else:
        still = Q(superseded_at=None) | Q(superseded_at__gt=known_at)
        found = found.filter(still, recorded_at__lte=known_at)
    rows = found.select_related("partner", "subscription").order_by("effective_from", "pk")
    tenures = tuple(rows)
    made = PartnerChange.objects.filter(pk__in={each.opened_by_id for each in tenures})
    corrections = tuple(made.filter(occasion="correction"))
    return Record(tenures, clock.business_now(), corrections, door)


def known(known_on: date | None) -> datetime | None:
    """The instant as known at which somebody asks who names a day; None is now."""
    return end_of(known_on) if known_on and known_on < clock.today() else None


@dataclass(frozen=True)
class Answer:
    """Who it was at the end of a day, as known at the end of another (today when None)."""

    on: date
    known_on: date | None
    partners: tuple[OfRecord, ...]


def answer(agreement: Agreement, on: date, known_on: date | None) -> Answer:
    """Who was partner of record on a day, as known on a day."""
    found = partners_of_record([agreement.pk], end_of(on), known(known_on))
    return Answer(on, known_on, tuple(found[agreement.pk]))


def end_of(day: date) -> datetime:
    """The last instant of a day; the present one of today."""
    if day == clock.today():
        return clock.business_now()
    return clock.end(day)


def kind_of(kind: str) -> str:
    """What kind of partner it is, in words."""
    return str(dict(PartnerKind.choices).get(kind, kind))
