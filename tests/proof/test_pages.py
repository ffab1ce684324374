"""Receipt and statement on the portal's pages."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from ofrecord.journal import clock, keys, settled, signing
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast

DAY = timedelta(days=1)


@pytest.fixture
def vera(cast: Cast) -> Client:
    """A viewer's browser."""
    client = Client(SERVER_NAME="127.0.0.1")
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(cast.people["vera"], backend=backend)
    return client


def read(answer: Any) -> signing.Signed:
    body = b"".join(answer) if answer.streaming else answer.content
    if answer.headers["content-type"] == "application/pdf":
        ((body,),) = PdfReader(BytesIO(body)).attachments.values()
    with seeing(Actor.system()):
        return signing.read(body, keys.published())


def issued(type: str) -> int:
    with seeing(Actor.system()):
        return Event.objects.filter(type=type).count()


@pytest.mark.parametrize("form", ["pdf", "signed"])
def test_the_receipt_is_on_the_page_of_the_change(cast: Cast, vera: Client, form: str) -> None:
    number = cast.change(cast.contract())
    where = reverse(f"portal:receipt_{form}", args=[number])
    if form == "pdf":
        assert where in vera.get(reverse("portal:change", args=[number])).content.decode()
    answer = vera.get(where)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert read(answer).content["change"] == number
    assert issued("receipt.issued") == 1


def test_the_statement_is_asked_for_on_a_page_of_its_own(cast: Cast, vera: Client) -> None:
    ref = cast.contract()
    where = reverse("portal:statement", args=[ref])
    assert where in vera.get(reverse("portal:agreement", args=[ref])).content.decode()
    on = (clock.today() - 20 * DAY).isoformat()
    page = vera.get(where, {"on": on, "known_on": ""}).content.decode()
    assert "Larkspur Systems" in page
    assert f"{reverse('portal:statement_pdf', args=[ref])}?on={on}&amp;known_on=" in page
    assert issued("statement.issued") == 0


@pytest.mark.parametrize("form", ["pdf", "signed"])
def test_the_statement_is_signed_and_kept_in_the_history(
    cast: Cast, vera: Client, form: str
) -> None:
    ref = cast.contract()
    cast.change(ref)
    where = reverse(f"portal:statement_{form}", args=[ref])
    yesterday = (clock.today() - DAY).isoformat()
    (now,) = read(vera.get(where)).content["agreements"]
    (then,) = read(vera.get(where, {"on": yesterday})).content["agreements"]
    (unknown,) = read(vera.get(where, {"known_on": yesterday})).content["agreements"]
    assert [each["name"] for each in now["partners_of_record"]] == ["Gorse Digital"]
    assert [each["name"] for each in then["partners_of_record"]] == ["Larkspur Systems"]
    assert unknown["known"] is False
    assert issued("statement.issued") == 3
    history = vera.get(reverse("portal:agreement_history", args=[ref])).content.decode()
    assert history.count("Vera got a statement of who was partner of record") == 3


def test_a_day_is_stated_as_it_ended(cast: Cast, vera: Client) -> None:
    where = reverse("portal:statement_signed", args=[cast.contract()])
    day = clock.today() - DAY
    said = read(
        vera.get(where, {"on": day.isoformat(), "known_on": clock.today().isoformat()})
    ).content
    assert said["effective_at"].startswith(f"{day.isoformat()}T23:59:59.999999")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"on": "never"}, 422, "Enter a valid date"),
        ({"on": "0001-01-01"}, 422, "Choose a later date"),
        ({"known_on": "2999-01-01"}, 422, "What will be known later cannot be stated."),
    ],
)
def test_what_cannot_be_stated_is_said_on_the_page(
    cast: Cast, vera: Client, query: dict[str, str], status: int, words: str
) -> None:
    answer = vera.get(reverse("portal:statement_pdf", args=[cast.contract()]), query)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert issued("statement.issued") == 0


def test_an_answer_that_is_not_final_is_not_given(
    cast: Cast, vera: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes it so is tested with real transactions beside `settled`."""
    monkeypatch.setattr(settled, "settle", lambda _instant: False)
    answer = vera.get(reverse("portal:statement_pdf", args=[cast.contract()]))
    assert answer.status_code == 409
    assert "is not final" in answer.content.decode()
    assert "Nothing was signed" in answer.content.decode()
