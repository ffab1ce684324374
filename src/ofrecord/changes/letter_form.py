"""The form of letters, as text and as HTML: the templates are rendered once for each shape.

Letters in one language with as many facts and lines differ in their words alone, and rendering
is most of what a letter costs.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import count
from operator import itemgetter

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ofrecord.changes.letter_words import Words

PLACE = re.compile("\ue000([0-9]+)\ue001")
BETWEEN = "\x00"
"""What no text has that the database keeps."""
Form = tuple[str, Callable[[Sequence[str]], tuple[str, ...]]]


def formed(language: str, words: Words) -> tuple[str, str]:
    """Text and HTML of a letter."""
    said = list(_said(words))
    shape = (len(words.facts), len(words.lines), bool(words.more), bool(words.link))
    vendor = (settings.OFRECORD_VENDOR_NAME, settings.OFRECORD_VENDOR_ACCENT)
    text, html = _forms(language, *vendor, *shape)
    escaped = escape(BETWEEN.join(said)).split(BETWEEN)
    return _filled(text, said).strip() + "\n", _filled(html, escaped)


def _said(words: Words) -> Iterator[str]:
    """The words one after the other, in the order of their places."""
    yield from (words.subject, words.lead, words.closing, words.more, words.link, words.link_label)
    for pair in (*words.facts, *words.lines):
        yield from pair


@lru_cache(maxsize=512)
def _forms(
    language: str, vendor: str, accent: str, facts: int, lines: int, more: bool, link: bool
) -> tuple[Form, Form]:
    """The templates with `%s` where words stand, and which of the words stand there."""
    words = _places(facts, lines, more=more, link=link)
    context = {"words": words, "language": language, "vendor": vendor, "accent": accent}
    with translation.override(language):
        text = render_to_string("letters/letter.txt", context)
        html = render_to_string("letters/letter.html", context)
    return _form(text), _form(html)


def _form(filled: str) -> Form:
    parts = PLACE.split(filled)
    between = [part.replace("%", "%%") for part in parts[::2]]
    return "%s".join(between), itemgetter(*map(int, parts[1::2]))


def _places(facts: int, lines: int, *, more: bool, link: bool) -> Words:
    """Words of which each says its own place."""
    places = (f"\ue000{number}\ue001" for number in count())
    subject, lead, closing, more_place, link_place, label = (next(places) for _ in range(6))
    return Words(
        subject=subject,
        lead=lead,
        facts=tuple((next(places), next(places)) for _ in range(facts)),
        lines=tuple((next(places), next(places)) for _ in range(lines)),
        more=more_place if more else "",
        closing=closing,
        link=link_place if link else "",
        link_label=label,
    )


def _filled(form: Form, said: Sequence[str]) -> str:
    between, places = form
    return between % places(said)
