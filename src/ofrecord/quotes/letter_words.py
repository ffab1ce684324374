"""What letters about quotes say, each composed in its reader's language when it is asked to."""

from collections.abc import Callable
from decimal import Decimal

from babel.numbers import format_currency
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ofrecord.changes.letter_words import Words, questions, unexpected
from ofrecord.quotes.effect import Effect
from ofrecord.quotes.models import Kind, Order, Quote, QuoteRequest

Said = Callable[[], Words]
Facts = tuple[tuple[str, str], ...]


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


def booked_by_firm(order: Order, agreements: tuple[str, ...]) -> Said:
    return lambda: _to_firm(
        _("Order %(order)s") % {"order": order.number},
        _("The vendor has booked a transaction through your firm."),
        _booked(order, agreements),
        "",
    )


def booked_for_people(order: Order, agreements: tuple[str, ...], keeps: bool) -> Said:
    def say() -> Words:
        kept = _("The partner of record stays as it is.")
        changed = _("The partner of record becomes %(partner)s.") % {"partner": order.partner.name}
        return _to_people(
            _("Order %(order)s") % {"order": order.number},
            f"{_('The vendor has booked a transaction.')} {kept if keeps else changed}",
            (
                *_booked(order, agreements),
                (_("From"), date_format(order.begins_on, "DATE_FORMAT")),
            ),
            "",
        )

    return say


def _booked(order: Order, agreements: tuple[str, ...]) -> Facts:
    return (
        (_("Order"), f"{order.number} ({Kind(order.kind).label})"),
        (_("Agreement"), ", ".join(agreements)),
        (_("Total"), money(order.total, order.currency)),
        (_("Your reference"), order.purchase_order),
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
        (_("Your reference"), order.purchase_order),
        (_("Accepted by"), order.accepted_name),
    )


def _lines(quote: Quote) -> tuple[tuple[str, str], ...]:
    return tuple(
        (line.product, f"{line.seats} · {money(line.total, quote.currency)}")
        for line in quote.lines.order_by("place")
    )


def _to_firm(subject: str, lead: str, facts: Facts, path: str) -> Words:
    link = f"{settings.OFRECORD_BASE_URL}{path}" if path else ""
    label = _("To the partner desk") if path else ""
    return Words(subject, lead, _said(facts), (), "", questions(), link, label)


def _to_people(
    subject: str, lead: str, facts: Facts, path: str, quote: Quote | None = None
) -> Words:
    link = f"{settings.OFRECORD_BASE_URL}{path}" if path else ""
    label = _("Review the quote") if path else ""
    lines = _lines(quote) if quote else ()
    return Words(subject, lead, _said(facts), lines, "", unexpected(), link, label)


def _said(facts: Facts) -> Facts:
    return tuple(fact for fact in facts if fact[1])


def _address(quote: Quote) -> str:
    return f"/billing/quotes/{quote.number}/"
