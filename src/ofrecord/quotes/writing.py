"""How prices, discounts and terms of quotes are written, on pages and on paper."""

from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_currency, format_percent
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ofrecord.journal import clock
from ofrecord.quotes.letter_words import money
from ofrecord.quotes.models import Quote, QuoteLine

__all__ = ["another_day", "day", "discount", "heading", "money", "price", "term"]


def price(amount: Decimal, currency: str) -> str:
    """The price of one seat, with all the decimals it has: EUR 0.0125 is not EUR 0.01."""
    shortest = amount.normalize()
    return str(format_currency(shortest, currency, locale=_reader(), decimal_quantization=False))


def discount(line: QuoteLine, currency: str) -> str:
    """What a line is reduced by; nothing where it is not."""
    if line.discount_percent:
        share = (line.discount_percent / 100).normalize()
        written = format_percent(share, locale=_reader(), decimal_quantization=False)
        return str(written)
    return money(line.discount_amount, currency) if line.discount_amount else ""


def term(start: date | None, end: date | None) -> str:
    """The days from and to which something counts, both included."""
    if start and end:
        return f"{day(start)} – {day(end)}"
    if end:
        return _("until %(day)s") % {"day": day(end)}
    return _("from %(day)s") % {"day": day(start)} if start else ""


def day(value: date) -> str:
    """A date as the reader writes it."""
    return date_format(value, "DATE_FORMAT")


def another_day(at: datetime | None) -> date | None:
    """The day on which something takes effect, ahead or behind; None where that is today."""
    on = at and clock.day_of(at)
    return None if on == clock.today() else on


def heading(quote: Quote) -> str:
    """The number of a quote, with the revision where it is not the first."""
    if quote.revision == 1:
        return quote.number
    words = _("%(number)s, revision %(revision)s")
    return words % {"number": quote.number, "revision": quote.revision}


def _reader() -> str:
    return (get_language() or "en").replace("-", "_")
