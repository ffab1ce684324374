"""The form of letters is that of their templates, whatever their words are."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ofrecord.changes.letter_form import formed
from ofrecord.changes.letter_words import Words

PLAIN = Words(
    subject="New partner of record for 110001",
    lead="The authorized partner has changed.",
    facts=(("Account", "Alder & Söhne <GmbH>"), ("Reason", 'It\'s "closer".')),
    lines=(("110001", "Larkspur → Gorse"), ("110002", "{{ words }} {% now %}")),
    more="",
    closing="Questions? Ask us.",
)
LINKED = Words(
    subject="<b>Bold</b>",
    lead="",
    facts=(),
    lines=(("110001", ""),),
    more="and 7 more",
    closing="\ue0000\ue001",
    link="https://of.example/changes/?a=1&b=2",
    link_label="See all <changes>",
)


@pytest.mark.parametrize("words", [PLAIN, LINKED])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_letter_reads_as_its_templates_say(language: str, words: Words) -> None:
    given = {
        "words": words,
        "language": language,
        "vendor": settings.OFRECORD_VENDOR_NAME,
        "accent": settings.OFRECORD_VENDOR_ACCENT,
    }
    with translation.override(language):
        text = render_to_string("letters/letter.txt", given).strip() + "\n"
        html = render_to_string("letters/letter.html", given)
    for _time in range(2):
        assert formed(language, words) == (text, html)
