"""Quotes as the API shows them, and one of them held for an act."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from ofrecord.api.amounts import money, plain
from ofrecord.api.answers import matches
from ofrecord.api.pages import Row, lost
from ofrecord.api.problems import Problem
from ofrecord.api.shapes.quotes import QuoteFilters
from ofrecord.changes.refusals import refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import loading, prospects, refusals
from ofrecord.quotes.lifecycle import acts
from ofrecord.quotes.models import OPEN, Order, Quote, QuoteLine, State
from ofrecord.quotes.totals import totals

CLOCK = ("view", "expire")
"""Moves that nobody makes by a call."""
LINES = Prefetch("lines", QuoteLine.objects.order_by("place"))


def quote_page(by: Actor, asked: QuoteFilters) -> Row:
    """A page of the quotes that the actor may see, of each number the revision that counts."""
    visible = Quote.objects.visible_to(by)
    wanted = _in_state(loading.counting(visible, by), asked.state)
    if asked.agreement:
        wanted = wanted.filter(customer__agreement=asked.agreement)
    if asked.cursor:
        wanted = wanted.filter(pk__lt=_place(visible, asked.cursor))
    related = wanted.select_related("partner").prefetch_related(LINES)
    found = list(related.order_by("-pk")[: asked.limit + 1])
    shown, more = found[: asked.limit], len(found) > asked.limit
    last = f"{shown[-1].number}.{shown[-1].revision}" if more else None
    return {"quotes": [_summary(each) for each in shown], "next_cursor": last}


def quote_row(by: Actor, number: str, revision: int | None = None) -> Row:
    """One quote whole; refused as `not_found`. Call it inside `parties.context.seeing`."""
    return _whole(revised(by, number, revision), by)


def revised(by: Actor, number: str, revision: int | None = None) -> Quote:
    """The revision that is asked for, else the one that counts; refused as `not_found`."""
    if revision is None:
        return loading.found(number, by)
    quote = Quote.objects.visible_to(by).filter(number=number, revision=revision).first()
    if quote is None:
        raise refused([refusals.no_quote(number)])
    return quote


def held(by: Actor, number: str, if_match: str) -> None:
    """Hold a quote until the end of the transaction, as the client says that it saw it.

    Refused: not_found, moved_meanwhile.
    """
    with seeing(by):
        quote = loading.found(number, by)
    if not if_match:
        return
    with seeing(Actor.system()):
        loading.locked(quote)
    with seeing(by):
        shown = quote_row(by, number)
    if not matches(if_match, shown):
        said = _("The quote is no longer as it was read. Read it again.")
        raise Problem(412, "moved_meanwhile", said)


def _in_state(quotes: QuerySet[Quote], state: State | None) -> QuerySet[Quote]:
    if state is None:
        return quotes
    over = Q(state__in=OPEN, expires_on__lt=clock.today())
    if state == State.EXPIRED:
        return quotes.filter(over | Q(state=state))
    return quotes.filter(~over, state=state)


def _place(visible: QuerySet[Quote], cursor: str) -> int:
    number, _dot, revision = cursor.partition(".")
    last = visible.filter(number=number, revision=int(revision)).values_list("pk", flat=True)
    if not last:
        raise lost()
    return last[0]


def _summary(quote: Quote) -> Row:
    known = quote.customer
    return {
        "number": quote.number,
        "revision": quote.revision,
        "state": quote.standing.value,
        "kind": quote.kind,
        "partner": {"account_number": quote.partner.account_number, "name": quote.partner.name},
        "account": {"account_number": known["account"], "name": known["name"]},
        "agreement": known["agreement"] or None,
        "currency": quote.currency,
        "total": money(_sums(quote).total, quote.currency),
        "expires_on": quote.expires_on,
        "issued_at": quote.issued_at,
    }


def _sums(quote: Quote) -> Any:
    """Frozen once it was issued; of a draft as they would be."""
    return totals((line.total for line in quote.lines.all()), quote.tax)


def _whole(quote: Quote, by: Actor) -> Row:
    names = ("purchasing_model", "country", "start_on", "end_on", "auto_renew", "notes")
    times = ("drafted_at", "viewed_at", "closed_at", "closed_reason")
    recipients = quote.recipients.order_by("email").values_list("email", flat=True)
    order = Order.objects.filter(quote=quote).values_list("number", flat=True).first()
    return {
        **_summary(quote),
        **{name: getattr(quote, name) for name in (*names, *times)},
        "request": quote.request_id,
        "lines": [_line(line, quote.currency) for line in quote.lines.order_by("place")],
        "net": money(_sums(quote).net, quote.currency),
        "tax": money(quote.tax, quote.currency),
        "recipients": list(recipients),
        "order": order,
        "revisions": _revisions(quote, by),
        "acts": _acts(quote, by),
    }


def _line(line: QuoteLine, currency: str) -> Row:
    percent, amount = line.discount_percent, line.discount_amount
    names = ("product", "replaces", "seats", "start_on", "end_on")
    return {
        **{name: getattr(line, name) for name in names},
        "unit_price": money(line.unit_price, currency),
        "discount_percent": None if percent is None else plain(percent),
        "discount_amount": None if amount is None else money(amount, currency),
        "total": money(line.total, currency),
    }


def _revisions(quote: Quote, by: Actor) -> list[Row]:
    known = Quote.objects.visible_to(by).filter(number=quote.number).order_by("revision")
    return [
        {"revision": each.revision, "state": each.standing.value, "issued_at": each.issued_at}
        for each in known
    ]


def _acts(quote: Quote, by: Actor) -> list[str]:
    """What the client's own party can do with it, in the words of the table of moves."""
    if quote.partner_id in by.partners:
        return list(prospects.acts_of(quote, by))
    mine = quote.account_id in by.accounts
    return [act for act in acts(quote.standing, "customer") if act not in CLOCK] if mine else []
