"""Numbers, dates and names as people read them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from pytest_django import Settings

from ofrecord.web.templatetags import web

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _on_a_known_day(settings: Settings) -> None:
    settings.OFRECORD_TODAY = TODAY


def spaced(text: str) -> str:
    return text.replace(web.NO_BREAK, " ")


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("110002345678", "110 002 345 678"),
        ("5102086717", "5102 086 717"),
        ("51020867", "51 020 867"),
        ("574-00231877", "574-00231877"),
        ("1234", "1234"),
        ("", ""),
        (None, ""),
    ],
)
def test_numbers_are_grouped_as_they_are_read_aloud(number: str | None, read: str) -> None:
    assert spaced(web.grouped(number)) == read


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "29 Jan 2027"),
        ("en-us", "Jan 29, 2027"),
        ("de", "29.01.2027"),
        ("fr", "29 janv. 2027"),
        ("ja", "2027/01/29"),
        ("pt-br", "29 de jan. de 2027"),
    ],
)
def test_dates_follow_the_readers_conventions(language: str, written: str) -> None:
    with translation.override(language):
        assert web.day(date(2027, 1, 29)) == written


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "in 1 day"), (159, "in 159 days"), (-1, "1 day ago"), (-36, "36 days ago")],
)
def test_days_are_counted_from_the_vendors_today(days: int, words: str) -> None:
    assert web.days_away(TODAY + timedelta(days=days)) == words


def test_an_instant_is_written_in_the_readers_zone() -> None:
    instant = datetime(2026, 11, 20, 13, 3, 22, 118_400, tzinfo=ZoneInfo("UTC"))
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert web.moment(instant) == "20 Nov 2026, 14:03"
        assert web.clock_time(instant, "milli") == "14:03:22.118"
        assert web.full_moment(instant) == "20 Nov 2026, 14:03:22 CET"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Cedar Systems", "CS"), ("Halden", "HA"), ("Quarry & Stone Engineering", "QE"), ("", "?")],
)
def test_a_monogram_is_made_of_initials(name: str, letters: str) -> None:
    assert web.monogram(name) == letters


def test_a_browser_is_named_in_words() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
    assert web.browser(edge) == "Edge on Windows"
    assert web.browser("curl/8.5") == "curl/8.5"


def test_an_icon_says_nothing_to_a_screen_reader() -> None:
    drawn = web.icon("check", size=12)
    assert 'aria-hidden="true"' in drawn
    assert 'width="12"' in drawn
    assert "style=" not in drawn
