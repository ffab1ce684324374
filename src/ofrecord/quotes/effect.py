"""What accepting a quote does: the booking in the agreements, and the check of its partner.

The preview is the act: a dry run does all of it, and takes it back.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ofrecord.agreements import terms
from ofrecord.agreements.models import Agreement, PurchasingModel, Subscription, Tenure
from ofrecord.agreements.references import ReferenceUnusable
from ofrecord.agreements.terms import Offered
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.decided import Party
from ofrecord.changes.refusals import refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.quotes import refusals
from ofrecord.quotes.deals import Bought, Deal, Seats, seats
from ofrecord.quotes.models import OTHER_PARTNER, Kind
from ofrecord.rules.policy import BOTH
from ofrecord.rules.verdicts import Verdict


@dataclass(frozen=True)
class Effect:
    """The agreements as they are with what was booked, and what the order does to the partner.

    `checks` are by reference, of several agreements only where a purchase begins several;
    `keeps` says that the partners of record stay as they are.
    """

    checks: dict[str, Check]
    keeps: bool

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The rules that refuse; of those about a change none where there is no change."""
        found = {each.code: each for check in self.checks.values() for each in check.verdicts}
        return tuple(v for v in found.values() if not (self.keeps and v.code in BOTH))

    @property
    def before(self) -> tuple[Party, ...]:
        return next(iter(self.checks.values())).before

    @property
    def after(self) -> tuple[Party, ...]:
        check = next(iter(self.checks.values()))
        return check.before if self.keeps else check.after or ()

    @property
    def effective_at(self) -> datetime:
        at: datetime = next(iter(self.checks.values())).facts["effective_at"]
        return at


def dry_run(deal: Deal, by: Actor, *, person: int | None) -> Effect:
    """What accepting would do, done and taken back."""
    with transaction.atomic():
        found = effect(deal, by, "", person=person)
        transaction.set_rollback(True)
    return found


def effect(deal: Deal, by: Actor, order: str, *, person: int | None) -> Effect:
    """Book what was agreed under an order's number, and check its partner afterwards.

    `person` is whose permission is judged. Agreement and account are locked by the caller.
    """
    try:
        booked = {each.reference: each.pk for each in _book(deal, order, by)}
    except ReferenceUnusable as error:
        raise refused([refusals.reference_unusable(str(error))]) from error
    checks = check_ids(
        list(booked.values()),
        partner=deal.partner.account_number,
        person=person,
        occasion="order",
        period=_period(deal),
    )
    found = {reference: checks[id] for reference, id in booked.items()}
    keeps = all(_is_of_record(deal.partner.pk, check) for check in found.values())
    return Effect(found, keeps or deal.kind not in OTHER_PARTNER[deal.purchasing_model])


def _is_of_record(partner_id: int, check: Check) -> bool:
    """Whether the transaction names nobody else: its partner is one of those when it counts."""
    at = check.facts["effective_at"]
    in_force = (each for each in check.standing if each.effective_from <= at)
    return any(each.partner_id == partner_id for each in in_force)


def begins_on(deal: Deal) -> date:
    """The day from which on what was agreed today counts."""
    if deal.kind not in (Kind.PURCHASE, Kind.RENEWAL):
        return clock.today()
    first = min((line.start_on for line in deal.lines if line.start_on), default=deal.start_on)
    return first or clock.today()


def fill(agreement: Agreement, named: Seats, order: str, by: Actor) -> None:
    """The seats of a renewal, once its term has begun."""
    terms.resize(agreement, named, order=order, by=by.by)


def _period(deal: Deal) -> tuple[datetime, None] | None:
    """A renewal's partner is of record from the new term's start.

    Where that lies behind and the partners have changed since, what was decided meanwhile
    stands, and the partner follows now.
    """
    if deal.kind != Kind.RENEWAL:
        return None
    since, now = clock.midnight(begins_on(deal)), clock.business_now()
    meanwhile = Q(effective_from__gt=since, effective_from__lte=now) | Q(
        effective_until__gt=since, effective_until__lte=now
    )
    own = Tenure.objects.filter(agreement=deal.agreement, superseded_at=None)
    return (now if own.filter(meanwhile).exists() else since, None)


def _book(deal: Deal, order: str, by: Actor) -> list[Agreement]:
    agreement = deal.agreement
    if agreement is None:
        return _purchase(deal, order, by)
    if deal.kind == Kind.RENEWAL:
        terms.renew(agreement, _term(deal, deal.lines[0]), order=order, by=by.by)
        if begins_on(deal) <= clock.today():
            fill(agreement, seats(deal.lines), order, by)
    elif deal.kind == Kind.EXTENSION:
        terms.extend(agreement, _until(deal), order=order, by=by.by)
    elif deal.kind == Kind.SEATS:
        terms.resize(agreement, _added(deal, agreement), order=order, by=by.by)
    else:
        switched = {line.replaces: (line.product, line.seats) for line in deal.lines}
        terms.switch(agreement, switched, order=order, by=by.by)
    return [agreement]


def _purchase(deal: Deal, order: str, by: Actor) -> list[Agreement]:
    """One contract with all lines under it, or one stand-alone subscription for each."""
    contract = deal.purchasing_model == PurchasingModel.CONTRACT
    parts = [deal.lines] if contract else [(line,) for line in deal.lines]
    where = (deal.account, deal.purchasing_model, deal.country)
    return [
        terms.purchase(*where, _term(deal, part[0]), seats(part), order=order, by=by.by)
        for part in parts
    ]


def _added(deal: Deal, agreement: Agreement) -> Seats:
    """Only one subscription is of each product that is named (`judging`)."""
    now = dict(Subscription.objects.filter(agreement=agreement).values_list("product", "seats"))
    return [(product, now[product] + more) for product, more in seats(deal.lines)]


def _term(deal: Deal, line: Bought) -> Offered:
    """The term of the deal, or of a line that begins a subscription of its own."""
    start_on = line.start_on or begins_on(deal)
    return Offered(start_on, line.end_on or _until(deal), deal.auto_renew)


def _until(deal: Deal) -> date:
    if deal.end_on is None:
        raise refused([refusals.term_unusable(_("Say when the term ends."))])
    return deal.end_on
