"""What letters about quotes say, each composed in its reader's language when it is asked to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from babel.numbers import format_currency
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ofrecord.changes.letter_words import LISTED, Words, more, questions, unexpected
from ofrecord.quotes.effect import Effect
from ofrecord.quotes.models import Kind, Order, Quote, QuoteRequest

Said = Callable[[], Words]
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sold:
    """A transaction that the vendor has booked, its agreements, and whether it `keeps` partners."""

    order: Order
    agreements: tuple[str, ...]
    keeps: bool


def money(amount: Decimal | None, currency: str) -> str:
    """An amount as the reader writes it; nothing where there is none yet."""
    if amount is None:
        return ""
    reader = (get_language() or "en").replace("-", "_")
    return str(format_currency(amount, currency, locale=reader))


def requested(request: QuoteRequest) -> Said:
    def say() -> Words:
        shown = request.shown
        return _to_firm(
            _("%(customer)s asks you for a quote") % {"customer": shown["name"]},
            _("%(customer)s asks your firm for a quote. Sign in to the partner desk to make it.")
            % {"customer": shown["name"]},
            (
                (_("Account"), f"{shown['name']} ({shown['account']})"),
                (_("Agreement"), shown.get("agreement", "")),
                (_("For"), str(Kind(request.kind).label)),
                (_("Wish"), request.wish),
            ),
            f"/desk/requests/{request.pk}/",
        )

    return say


def request_withdrawn(request: QuoteRequest) -> Said:
    def say() -> Words:
        name = request.shown["name"]
        return _to_firm(
            _("%(customer)s asks no longer for a quote") % {"customer": name},
            _("The request was withdrawn. Nothing needs to be done."),
            ((_("Agreement"), request.shown.get("agreement", "")),),
            "",
        )

    return say


def request_declined(request: QuoteRequest) -> Said:
    def say() -> Words:
        return _to_people(
            _("%(partner)s does not quote") % {"partner": request.partner.name},
            _("%(partner)s has declined your request for a quote.")
            % {"partner": request.partner.name},
            (
                (_("Agreement"), request.shown.get("agreement", "")),
                (_("Reason"), request.closed_reason),
            ),
            "",
        )

    return say


def issued(quote: Quote) -> Said:
    return lambda: _to_people(
        _("Quote %(number)s from %(partner)s") % _named(quote),
        _("%(partner)s has made you an offer. Review it, and accept or decline it, until %(day)s.")
        % {**_named(quote), "day": date_format(quote.expires_on, "DATE_FORMAT")},
        (*_facts(quote), (_("Notes"), quote.notes)),
        _address(quote),
        quote,
    )


def withdrawn(quote: Quote) -> Said:
    return lambda: _to_people(
        _("Quote %(number)s was withdrawn") % _named(quote),
        _("%(partner)s has withdrawn the quote. It cannot be accepted any more.") % _named(quote),
        (*_facts(quote), (_("Reason"), quote.closed_reason)),
        _address(quote),
    )


def declined(quote: Quote) -> Said:
    return lambda: _to_firm(
        _("Quote %(number)s was declined") % _named(quote),
        _("%(customer)s has declined the quote.") % _named(quote),
        (*_facts(quote), (_("Reason"), quote.closed_reason)),
        f"/desk/quotes/{quote.number}/",
    )


def expired(quote: Quote) -> Said:
    return lambda: _to_firm(
        _("Quote %(number)s has expired") % _named(quote),
        _("%(customer)s has not accepted the quote in time.") % _named(quote),
        _facts(quote),
        f"/desk/quotes/{quote.number}/",
    )


def accepted(quote: Quote, order: Order) -> Said:
    return lambda: _to_firm(
        _("Quote %(number)s was accepted") % _named(quote),
        _("%(customer)s has accepted the quote.") % _named(quote),
        (*_facts(quote), *_ordered(order)),
        f"/desk/quotes/{quote.number}/",
    )


def ordered(quote: Quote, order: Order, done: Effect) -> Said:
    def say() -> Words:
        kept = _("The partner of record stays as it is.")
        changed = _("The partner of record becomes %(partner)s.") % _named(quote)
        return _to_people(
            _("Order %(order)s") % {"order": order.number},
            f"{_('The quote was accepted.')} {kept if done.keeps else changed}",
            (
                *_facts(quote),
                *_ordered(order),
                (_("Agreement"), ", ".join(done.checks)),
                (_("From"), date_format(order.begins_on, "DATE_FORMAT")),
            ),
            _address(quote),
            quote,
        )

    return say


def booked_by_firm(sold: Sequence[Sold]) -> Said:
    def say() -> Words:
        if len(sold) > 1:
            lead = _("The vendor has booked transactions through your firm.")
            return _listed(_to_firm(_orders(sold), lead, (), "/desk/orders/"), sold)
        one = sold[0]
        return _to_firm(
            _orders(sold),
            _("The vendor has booked a transaction through your firm."),
            _booked(one),
            f"/desk/orders/{one.order.number}/",
        )

    return say


def booked_for_people(sold: Sequence[Sold]) -> Said:
    def say() -> Words:
        if len(sold) > 1:
            lead = _("The vendor has booked transactions.")
            return _listed(_to_people(_orders(sold), lead, (), ""), sold, _then)
        one = sold[0]
        begins = date_format(one.order.begins_on, "DATE_FORMAT")
        return _to_people(
            _orders(sold),
            f"{_('The vendor has booked a transaction.')} {_then(one)}",
            (*_booked(one), (_("From"), begins)),
            f"/billing/orders/{one.order.number}/",
            label=_("See the order"),
        )

    return say


def _then(sold: Sold) -> str:
    if sold.keeps:
        return _("The partner of record stays as it is.")
    return _("The partner of record becomes %(partner)s.") % {"partner": sold.order.partner.name}


def _orders(sold: Sequence[Sold]) -> str:
    if len(sold) == 1:
        return _("Order %(order)s") % {"order": sold[0].order.number}
    return ngettext("%(count)s order", "%(count)s orders", len(sold)) % {"count": len(sold)}


def _listed(words: Words, sold: Sequence[Sold], then: Callable[[Sold], str] | None = None) -> Words:
    """The same of several orders, a line each; `then` says what follows from each."""
    lines = []
    for each in sold[:LISTED]:
        (order, agreement, total, _reference) = (said for _name, said in _booked(each))
        lines.append((order, " · ".join((agreement, total, *((then(each),) if then else ())))))
    return replace(words, lines=tuple(lines), more=more(len(sold)))


def _booked(sold: Sold) -> Facts:
    order = sold.order
    return (
        (_("Order"), f"{order.number} ({Kind(order.kind).label})"),
        (_("Agreement"), ", ".join(sold.agreements)),
        (_("Total"), money(order.total, order.currency)),
        (_("Purchase order"), order.purchase_order),
    )


def _named(quote: Quote) -> dict[str, str]:
    return {
        "number": quote.number,
        "partner": quote.partner.name,
        "customer": quote.customer["name"],
    }


def _facts(quote: Quote) -> Facts:
    return (
        (_("Quote"), f"{quote.number} ({Kind(quote.kind).label})"),
        (_("Agreement"), quote.customer["agreement"]),
        (_("Total"), money(quote.total, quote.currency)),
    )


def _ordered(order: Order) -> Facts:
    return (
        (_("Order"), order.number),
        (_("Purchase order"), order.purchase_order),
        (_("Accepted by"), order.accepted_name),
    )


def _lines(quote: Quote) -> tuple[tuple[str, str], ...]:
    return tuple(
        (line.product, f"{_seats(line.seats)} · {money(line.total, quote.currency)}")
        for line in quote.lines.order_by("place")
    )


def _seats(count: int) -> str:
    return ngettext("%(count)s seat", "%(count)s seats", count) % {"count": count}


def _to_firm(subject: str, lead: str, facts: Facts, path: str) -> Words:
    link = f"{settings.OFRECORD_BASE_URL}{path}" if path else ""
    label = _("To the partner desk") if path else ""
    return Words(subject, lead, _said(facts), (), "", questions(), link, label)


def _to_people(
    subject: str, lead: str, facts: Facts, path: str, quote: Quote | None = None, label: str = ""
) -> Words:
    link = f"{settings.OFRECORD_BASE_URL}{path}" if path else ""
    label = (label or _("Review the quote")) if path else ""
    lines = _lines(quote) if quote else ()
    return Words(subject, lead, _said(facts), lines, "", unexpected(), link, label)


def _said(facts: Facts) -> Facts:
    return tuple(fact for fact in facts if fact[1])


def _address(quote: Quote) -> str:
    return f"/billing/quotes/{quote.number}/"
