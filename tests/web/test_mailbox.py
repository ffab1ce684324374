"""The mailbox of a try-out."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Letter
from ofrecord.delivery.posting import post
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(settings: Settings) -> Letter:
    settings.OFRECORD_MAILBOX = True
    cast = Cast.enter()
    cast.change(cast.contract())
    post(addresses)
    with as_system():
        return Letter.objects.get(kind="applied.losing")


def test_every_letter_is_listed_and_found(client: Client, letter: Letter) -> None:
    page = client.get("/mailbox/").content.decode()
    assert page.count("example") >= 4
    found = client.get("/mailbox/", {"q": "office@7200000001"}).content.decode()
    assert letter.subject in found
    assert "pia@example.com" not in found
    assert "No letter fits" in client.get("/mailbox/", {"q": "nobody"}).content.decode()


def test_a_letter_shows_its_html_in_a_frame_that_can_do_nothing(
    client: Client, letter: Letter
) -> None:
    page = client.get(f"/mailbox/{letter.pk}/").content.decode()
    assert 'sandbox=""' in page
    assert letter.text.splitlines()[0] in page
    frame = client.get(f"/mailbox/{letter.pk}/html/")
    assert frame.content.decode() == letter.html
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/{}/", "/mailbox/{}/html/"])
def test_it_is_not_there_outside_a_try_out(
    client: Client, letter: Letter, settings: Settings, path: str
) -> None:
    assert client.get(path.format(letter.pk)).status_code == 200
    settings.PRODUCTION = True
    assert client.get(path.format(letter.pk)).status_code == 404
    settings.PRODUCTION, settings.OFRECORD_MAILBOX = False, False
    assert client.get(path.format(letter.pk)).status_code == 404
    settings.OFRECORD_MAILBOX = True
    assert client.post(path.format(letter.pk)).status_code == 405
    assert client.get(path.format(999_999)).status_code == (200 if path == "/mailbox/" else 404)
