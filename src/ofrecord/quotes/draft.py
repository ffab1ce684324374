"""Draft: a partner writes an offer down, and again, before the customer sees any of it."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from ofrecord.changes.refusals import Refused, refused
from ofrecord.journal.record import open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.limits import told_though_undone
from ofrecord.parties.models import Partner
from ofrecord.quotes import loading, numbers, refusals
from ofrecord.quotes.business import Customer, count, customer, firm_of
from ofrecord.quotes.deals import replaced
from ofrecord.quotes.lifecycle import REVISABLE
from ofrecord.quotes.models import (
    OPEN,
    OPEN_REQUEST,
    Quote,
    QuoteLine,
    QuoteRecipient,
    QuoteRequest,
    State,
)
from ofrecord.quotes.offers import Line, Offer, wrong
from ofrecord.quotes.telling import tell_partner, tell_try
from ofrecord.quotes.totals import line_total


def draft(
    offer: Offer,
    *,
    by: Actor,
    number: str | None = None,
    partner: str | None = None,
    drafted_at: datetime | None = None,
) -> Quote:
    """Write an offer down as a new draft, or in place of what the draft of this number says.

    `partner` is the firm's account number, for somebody of several firms; `drafted_at` that of
    the draft which the person was shown. Refused as `no_business` about accounts and agreements
    that the firm has nothing to do with, which its journal tells of, `lookup_limit` (429),
    `quote_frozen` once it was issued, `draft_moved` if it says otherwise by now, and where the
    form is wrong.
    """
    firm = firm_of(by, partner)
    if found := wrong(offer):
        raise refused(found)
    if number is not None:
        return _redraft(number, offer, by, drafted_at)
    count(firm, by)
    try:
        with seeing(Actor.system()):
            whom = customer(firm, offer.account, offer.agreement)
            quote = write(Quote(number=numbers.of_quote()), firm, whom, offer, by)
            tell_partner(quote, "quote.drafted", by)
    except Refused as refusal:
        outcome = refusal.code
        told_though_undone(lambda: tell_try(firm, offer, outcome, by))
        raise
    return quote


def revise(number: str, offer: Offer, *, by: Actor) -> Quote:
    """Draft the next revision of a quote that was issued: what it says goes on counting.

    Refused as `quote_draft`, `quote_accepted` or `quote_declined`, `drafted_already`,
    `no_business`, and where the form is wrong.
    """
    if found := wrong(offer):
        raise refused(found)
    with seeing(by):
        known = loading.own(number, by)
    with seeing(Actor.system()):
        quote = loading.locked(known)
        if quote.state == State.DRAFT:
            raise refused([refusals.drafted_already(quote.revision)])
        latest = Quote.objects.filter(number=number).latest("revision")
        loading.demand(quote, *REVISABLE)
        whom = _same(quote, offer)
        made = Quote(number=number, revision=latest.revision + 1, revises=latest)
        made = write(made, quote.partner, whom, offer, by)
        tell_partner(made, "quote.drafted", by)
    return made


def write(quote: Quote, firm: Partner, whom: Customer, offer: Offer, by: Actor) -> Quote:
    """Bring a draft to what is offered, with its lines and recipients."""
    offer = _completed(offer, whom)
    quote.partner, quote.account, quote.agreement = firm, whom.account, whom.agreement
    quote.request, quote.customer = whom.request, whom.names
    for name in _COLUMNS:
        setattr(quote, name, getattr(offer, name))
    quote.drafted_at, quote.drafted_by_id = open_ledger("partner", [firm.pk]).at, by.person_id
    quote.save()
    _write_lines(quote, offer)
    return quote


_COLUMNS = (
    *("kind", "purchasing_model", "country", "currency", "expires_on", "notes"),
    *("start_on", "end_on", "auto_renew", "tax"),
)


def _redraft(number: str, offer: Offer, by: Actor, drafted_at: datetime | None) -> Quote:
    with seeing(by):
        known = loading.own(number, by)
    with seeing(Actor.system()):
        quote = loading.locked(known)
        if quote.state != State.DRAFT:
            raise refused([refusals.quote_frozen()])
        loading.demand_shown(quote, drafted_at)
        quote = write(quote, quote.partner, _same(quote, offer), offer, by)
        tell_partner(quote, "quote.drafted", by)
    return quote


def _same(quote: Quote, offer: Offer) -> Customer:
    """The customer that the quote is for: still of this firm, or still waiting for its offer."""
    if (offer.account, offer.agreement) != (quote.customer["account"], quote.customer["agreement"]):
        raise refused([refusals.no_business()])
    return still(quote)


def still(quote: Quote) -> Customer:
    """The customer of a quote, while the firm has business with it; else `no_business`.

    A request that was answered opens nothing any more once no answer to it is on offer.
    """
    asked = quote.request
    if asked and (asked.state == OPEN_REQUEST or _is_on_offer(asked)):
        return Customer(quote.account, quote.agreement, asked)
    names = quote.customer
    return customer(quote.partner, names["account"], names["agreement"])


def _is_on_offer(asked: QuoteRequest) -> bool:
    offered = asked.quotes.filter(state__in=OPEN)
    return offered.exclude(pk__in=Quote.objects.due()).exists()


def _completed(offer: Offer, whom: Customer) -> Offer:
    """The offer with what it leaves to the agreement, or to the account."""
    agreement = whom.agreement
    if agreement is None:
        return replace(offer, country=offer.country or whom.account.country)
    lines = tuple(
        replace(line, replaces=replaced(offer.kind, line.replaces, agreement))
        for line in offer.lines
    )
    model = agreement.purchasing_model
    return replace(offer, lines=lines, purchasing_model=model, country=agreement.country)


def _write_lines(quote: Quote, offer: Offer) -> None:
    quote.lines.all().delete()
    quote.recipients.all().delete()
    QuoteLine.objects.bulk_create(
        _line(quote, place, line) for place, line in enumerate(offer.lines, 1)
    )
    addresses = dict.fromkeys(each.strip().lower() for each in offer.recipients if each.strip())
    QuoteRecipient.objects.bulk_create(QuoteRecipient(quote=quote, email=e) for e in addresses)


def _line(quote: Quote, place: int, line: Line) -> QuoteLine:
    price: Decimal = line.unit_price
    less = {"percent": line.discount_percent, "amount": line.discount_amount}
    return QuoteLine(
        quote=quote,
        place=place,
        product=line.product.strip(),
        replaces=line.replaces,
        seats=line.seats,
        start_on=line.start_on or quote.start_on,
        end_on=line.end_on or quote.end_on,
        unit_price=price,
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
        total=line_total(line.seats, price, quote.currency, **less),
    )
