"""What accepting a quote does: the booking in the agreements, and the check of its partner.

The preview is the act: a dry run does all of it, and takes it back.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ofrecord.agreements import terms
from ofrecord.agreements.models import Agreement, PurchasingModel, Subscription
from ofrecord.agreements.references import ReferenceUnusable
from ofrecord.agreements.terms import Offered
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.decided import Party
from ofrecord.changes.refusals import refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.quotes import refusals
from ofrecord.quotes.models import OTHER_PARTNER, Kind, Quote, QuoteLine
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


def dry_run(quote: Quote, by: Actor, *, person: int | None) -> Effect:
    """What accepting would do, done and taken back."""
    with transaction.atomic():
        found = effect(quote, by, "", person=person)
        transaction.set_rollback(True)
    return found


def effect(quote: Quote, by: Actor, order: str, *, person: int | None) -> Effect:
    """Book what a quote offers under an order's number, and check its partner afterwards.

    `person` is whose permission is judged. Agreement and account are locked by the caller.
    """
    try:
        booked = {each.reference: each.pk for each in _book(quote, order, by)}
    except ReferenceUnusable as error:
        raise refused([refusals.reference_unusable(str(error))]) from error
    checks = check_ids(
        list(booked.values()),
        partner=quote.partner.account_number,
        person=person,
        occasion="order",
        period=_period(quote),
    )
    found = {reference: checks[id] for reference, id in booked.items()}
    already = all(check.facts["partner_already"] for check in found.values())
    return Effect(found, already or quote.kind not in OTHER_PARTNER[quote.purchasing_model])


def begins_on(quote: Quote) -> date:
    """The day from which on what a quote offers counts, if it is accepted today."""
    if quote.kind in (Kind.PURCHASE, Kind.RENEWAL):
        return quote.start_on or clock.today()
    return clock.today()


def fill(quote: Quote, order: str, by: Actor) -> None:
    """The seats of a renewal, once its term has begun."""
    agreement = quote.agreement
    if agreement is not None:
        seats = {line.product: line.seats for line in _lines(quote)}
        terms.resize(agreement, seats, order=order, by=by.by)


def _period(quote: Quote) -> tuple[datetime, None] | None:
    return (clock.midnight(begins_on(quote)), None) if quote.kind == Kind.RENEWAL else None


def _book(quote: Quote, order: str, by: Actor) -> list[Agreement]:
    agreement = quote.agreement
    if agreement is None:
        return _purchase(quote, order, by)
    if quote.kind == Kind.RENEWAL:
        terms.renew(agreement, _term(quote), order=order, by=by.by)
        if begins_on(quote) <= clock.today():
            fill(quote, order, by)
    elif quote.kind == Kind.EXTENSION:
        terms.extend(agreement, _until(quote), order=order, by=by.by)
    elif quote.kind == Kind.SEATS:
        terms.resize(agreement, _added(quote, agreement), order=order, by=by.by)
    else:
        switched = {line.replaces: (line.product, line.seats) for line in _lines(quote)}
        terms.switch(agreement, switched, order=order, by=by.by)
    return [agreement]


def _purchase(quote: Quote, order: str, by: Actor) -> list[Agreement]:
    """One contract with all lines under it, or one stand-alone subscription for each."""
    lines = [(line.product, line.seats) for line in _lines(quote)]
    contract = quote.purchasing_model == PurchasingModel.CONTRACT
    parts = [lines] if contract else [[line] for line in lines]
    term = _term(quote)
    where = (quote.account, quote.purchasing_model, quote.country)
    return [terms.purchase(*where, term, part, order=order, by=by.by) for part in parts]


def _added(quote: Quote, agreement: Agreement) -> dict[str, int]:
    held = Subscription.objects.filter(agreement=agreement).values_list("product", "seats")
    now = dict(held)
    return {line.product: now.get(line.product, 0) + line.seats for line in _lines(quote)}


def _term(quote: Quote) -> Offered:
    return Offered(begins_on(quote), _until(quote), quote.auto_renew)


def _until(quote: Quote) -> date:
    if quote.end_on is None:
        raise refused([refusals.term_unusable(_("Say when the term ends."))])
    return quote.end_on


def _lines(quote: Quote) -> list[QuoteLine]:
    return list(quote.lines.order_by("place"))
