"""One box finds everything: a number leads to its page, a name to those who are called so."""

import pytest
from django.test import Client

from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account
from tests.cast import Cast
from tests.portal.reading import text
from tests.quotes.selling import accepted, issued


@pytest.fixture
def aude(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["aude"])
    return client


def led_to(client: Client, number: str) -> str:
    found = client.get("/console/search/", {"q": number}, follow=True)
    assert found.status_code == 200
    return str(found.redirect_chain[-1][0]) if found.redirect_chain else ""


def test_a_number_leads_to_its_page(cast: Cast, aude: Client) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    assert led_to(aude, f" {number.lower()} ") == f"/console/changes/{number}/"
    assert led_to(aude, f"{reference[:3]} {reference[3:]}") == f"/console/agreements/{reference}/"
    assert led_to(aude, "5100 000 001") == "/console/accounts/5100000001/"
    assert led_to(aude, "7200000002") == "/console/partners/7200000002/"
    with seeing(Actor.system()):
        event = Event.objects.filter(about=number).latest("recorded_at")
    assert led_to(aude, str(event.pk)) == f"/console/events/{event.pk}/"


def test_quotes_and_orders_are_found_by_their_numbers(cast: Cast, aude: Client) -> None:
    quote = issued(cast, cast.subscription(products=("Draft",)))
    order = accepted(cast, quote).order
    assert led_to(aude, quote.number.lower()) == f"/console/quotes/{quote.number}/"
    assert led_to(aude, order.number) == f"/console/orders/{order.number}/"


def test_names_are_found_by_the_beginnings_of_their_words(cast: Cast, aude: Client) -> None:
    for words in ("alder", "ALD wor", "works"):
        page = text(aude.get("/console/search/", {"q": words}))
        assert "Alder Works" in page and "Birch Line" not in page
    page = text(aude.get("/console/search/", {"q": "gorse"}))
    assert "Partners Gorse Digital 7200000002" in page
    page = text(aude.get("/console/search/", {"q": "lder"}))
    assert "nobody is called so" in page and "Alder Works" not in page


def test_words_in_other_letters_are_found_in_either_case(cast: Cast, aude: Client) -> None:
    with seeing(Actor.system()):
        Account.objects.create(account_number="5100000077", name="Ärzte Éclair", country="DE")
    for words in ("ärzte", "ÉCLAIR ärz"):
        assert "Ärzte Éclair" in text(aude.get("/console/search/", {"q": words}))


def test_what_is_more_than_a_page_is_said(cast: Cast, aude: Client) -> None:
    with seeing(Actor.system()):
        Account.objects.bulk_create(
            Account(account_number=f"61000000{n:02}", name=f"Sorrel {n:02}", country="DE")
            for n in range(60)
        )
    page = aude.get("/console/search/", {"q": "sorrel"})
    assert "Sorrel 09" in text(page) and "Sorrel 10" not in text(page)
    assert "More than 10." in text(page)
    assert 'href="/console/accounts/?q=sorrel"' in page.content.decode()
    every = text(aude.get("/console/accounts/", {"q": "sorrel"}))
    assert "Sorrel 49" in every and "More than 50." in every


@pytest.mark.parametrize(
    "words",
    ["", "a", "'", "x' | y:*", "\x00", "& ! (", "7f0e4ba8-5f7c-4a57-9d43-0c7b8dd5a1aa", "%"],
)
def test_anything_can_be_typed(cast: Cast, aude: Client, words: str) -> None:
    assert cast.alder.name not in text(aude.get("/console/search/", {"q": words}))


def test_the_box_is_in_the_frame_of_every_page(cast: Cast, aude: Client) -> None:
    page = aude.get("/console/policy/").content.decode()
    assert 'action="/console/search/"' in page and 'name="q"' in page


def test_nobody_else_searches(cast: Cast) -> None:
    for name in ("pia", "lou"):
        client = Client()
        client.force_login(cast.people[name])
        assert client.get("/console/search/", {"q": "birch"}).status_code == 403
