"""Names with markup in them stay names, whichever way they come into a part."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from ofrecord.web.drawing import Lane, Period

EVIL = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>"
DAY = date(2026, 11, 22)
PARTS = [
    '<c-party name="{{ evil }}" note="{{ evil }}" />',
    '<c-party :name="evil" :role="evil" :number="evil" :address="evil" :email="evil" />',
    '<c-party :name="evil" state="ends" />',
    '<c-button name="a" value="{{ evil }}">{{ evil }}</c-button>',
    '<c-button name="a" :value="evil" :data-x="evil" :why="evil" id="b">x</c-button>',
    '<c-menu id="m" :label="evil" about="{{ evil }}">{{ evil }}</c-menu>',
    '<c-menu.item id="i" :why="evil" :help="evil" help_url="/">{{ evil }}</c-menu.item>',
    '<c-tracker :steps="steps" :label="evil" />',
    '<c-card title="{{ evil }}" :aside="evil">{{ evil }}</c-card>',
    '<c-facts :rows="pairs"><c-fact :name="evil">{{ evil }}</c-fact></c-facts>',
    '<c-copy :value="evil" label="{{ evil }}" />',
    '<c-notice :title="evil">{{ evil }}</c-notice>',
    '<c-filters :q="evil" :placeholder="evil" :keep="pairs" :count="evil" />',
    '<c-chip id="c" :label="evil" :value="evil" :options="options" />',
    '<c-lane :periods="periods" :today="today" :marks="marks" />',
    '<c-lanes :lanes="lanes" :today="today" />',
    '<c-crumbs :items="pairs" />',
    '<c-table :label="evil" :columns="options">{{ evil }}</c-table>',
    '<c-field :label="evil" for="f" :hint="evil" :error="evil">{{ evil }}</c-field>',
    '<c-empty :title="evil">{{ evil }}</c-empty>',
    '<c-badge state="good">{{ evil }}</c-badge>',
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [tag, *(name for name, _value in attrs)]


@pytest.mark.parametrize("part", PARTS)
def test_markup_in_a_name_is_shown_as_it_was_typed(part: str) -> None:
    period = Period(EVIL, None, None, "good", EVIL, "/", EVIL)
    context = {
        "evil": EVIL,
        "pairs": [(EVIL, EVIL)],
        "options": [{"label": EVIL, "url": "/", "current": True}],
        "steps": [{"name": EVIL, "words": EVIL, "state": "late", "note": EVIL, "aside": EVIL}],
        "periods": [period],
        "lanes": [Lane(EVIL, [period])],
        "marks": [(DAY, EVIL)],
        "today": DAY,
    }
    template = engines["django"].from_string(CottonCompiler().process(part))
    written = template.render(context, RequestFactory().get("/"))
    tags = Tags()
    tags.feed(written)
    assert "alert(1)" in written
    assert not {"script", "img", "onerror"} & set(tags.seen)
