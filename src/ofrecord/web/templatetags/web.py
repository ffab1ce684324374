"""How numbers, dates, names and icons are written, in the reader's conventions."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.core import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from ofrecord.journal import clock
from ofrecord.web import drawing

register = template.Library()

# The first sign found decides: later ones are also claimed by earlier browsers and systems.
PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
NO_BREAK = "\N{NO-BREAK SPACE}"
# English that names no country is written with the day first and the month as a word, which
# nobody can misread.
PLAIN_ENGLISH = {"short": "d MMM", "medium": "d MMM y", "long": "d MMMM y", "month": "MMM y"}


def reader() -> Locale:
    """The reader's locale."""
    return Locale.parse((get_language() or "en").replace("-", "_"))


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _written(value: date | datetime | None, size: str) -> str:
    if value is None:
        return ""
    locale, day = reader(), _local(value)
    if (locale.language, locale.territory) == ("en", None):
        return format_date(day, PLAIN_ENGLISH[size], locale)
    if size == "month":
        return str(format_date(day, "MMM y", locale))
    return str(format_date(day, "medium" if size == "short" else size, locale))


@register.filter
def grouped(number: str | int | None) -> str:
    """A long number as people read it aloud: 110 002 345 678, 5102 086 717.

    The spaces do not break. What is not all digits stays as it is.
    """
    text = "" if number is None else str(number)
    if not text.isdecimal() or len(text) < 5:
        return text
    head = len(text) % 3
    head = head + 3 if head == 1 else head
    tail = [text[at : at + 3] for at in range(head, len(text), 3)]
    return NO_BREAK.join(part for part in (text[:head], *tail) if part)


@register.filter
def thousands(number: int) -> str:
    """12,345 in the reader's conventions."""
    return str(format_decimal(number, locale=reader()))


@register.filter
def day(value: date | datetime | None) -> str:
    """29 Jan 2027."""
    return _written(value, "medium")


@register.filter
def short_day(value: date | datetime | None) -> str:
    """29 Jan, where the year is plain from what stands beside it."""
    return _written(value, "short")


@register.filter
def long_day(value: date | datetime | None) -> str:
    """29 January 2027."""
    return _written(value, "long")


@register.filter
def month(value: date | datetime | None) -> str:
    """Jan 2027."""
    return _written(value, "month")


@register.filter
def is_today(value: datetime) -> bool:
    """Whether an instant lies in the present day, by the reader's calendar."""
    return timezone.localtime(value).date() == timezone.localtime().date()


@register.filter
def days_away(value: date | None) -> str:
    """In how many days, or how many days ago, seen from the vendor's today."""
    if value is None:
        return ""
    away = (value - clock.today()).days
    if away == 0:
        return _("today")
    if away > 0:
        return ngettext("in %(days)d day", "in %(days)d days", away) % {"days": away}
    return ngettext("%(days)d day ago", "%(days)d days ago", -away) % {"days": -away}


@register.filter
def moment(value: datetime | None) -> str:
    """20 Nov 2026, 14:03."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{_written(local, 'medium')}, {clock_time(local)}"


@register.filter
def clock_time(value: datetime | None, size: str = "short") -> str:
    """14:03; with `"medium"` 14:03:22; with `"milli"` 14:03:22.118."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    if size == "milli":
        return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}"
    if reader().language == "en" and reader().territory is None:
        return f"{local:%H:%M:%S}" if size == "medium" else f"{local:%H:%M}"
    return str(format_time(local, size, locale=reader()))


@register.filter
def ago(value: datetime | None) -> str:
    """3 minutes ago, by the reader's clock; for instants that were recorded."""
    if value is None:
        return ""
    return str(
        format_timedelta(
            value - timezone.now(), add_direction=True, granularity="second", locale=reader()
        )
    )


@register.simple_tag
def when(value: date | datetime | None, relative: bool = True) -> SafeString | str:
    """A date or instant, exact, with how far away it is: `29 Jan 2027 (in 68 days)`."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        exact, away, stamp = moment(value), ago(value), value.isoformat()
    else:
        exact, away, stamp = day(value), days_away(value), value.isoformat()
    if not relative:
        return format_html('<time datetime="{}">{}</time>', stamp, exact)
    return format_html(
        '<time datetime="{}">{}</time> <span class="muted">({})</span>', stamp, exact, away
    )


@register.filter
def full_moment(value: datetime) -> str:
    """An instant with its zone, for records: 20 Nov 2026, 14:03:22 CET."""
    local = timezone.localtime(value)
    return f"{_written(local, 'medium')}, {local:%H:%M:%S %Z}"


@register.filter
def monogram(name: str) -> str:
    """The initials that stand for a party or person: Cedar Systems is CS."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]
    return letters.upper()


@register.filter
def browser(agent: str) -> str:
    """Firefox on Windows, in place of what a browser says about itself."""
    program = next((name for sign, name in PROGRAMS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if program and system:
        return _("%(program)s on %(system)s") % {"program": program, "system": system}
    return program or system or agent[:60].strip() or _("A browser that does not say")


@register.filter
def attribute(value: object) -> str:
    """A value that is safe inside an id: everything but letters and digits becomes a dash."""
    return "".join(sign if sign.isalnum() else "-" for sign in str(value))


@register.simple_tag
def icon(name: str, size: int = 16, **attributes: Any) -> SafeString:
    """A Lucide icon beside words; it says nothing of its own to a screen reader."""
    return _icon(str(name), int(size), tuple(sorted(attributes.items())))


@lru_cache(maxsize=256)
def _icon(name: str, size: int, attributes: tuple[tuple[str, Any], ...]) -> SafeString:
    settings = {"aria_hidden": "true", "focusable": "false", "class": f"icon icon-{name}"}
    return SafeString(lucide(name, size=size, **{**settings, **dict(attributes)}))


register.simple_tag(drawing.lane, name="lane_drawing")
register.simple_tag(drawing.history, name="history_drawing")
register.simple_tag(drawing.term, name="term_drawing")
