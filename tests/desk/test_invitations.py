"""Invitations at the desk: written, followed, taken back; and nothing learned beside."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ofrecord.invitations.decline import decline
from ofrecord.invitations.introduce import introduce
from ofrecord.invitations.models import Invitation
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast
from tests.desk.conftest import Visit
from tests.invitations.inviting import ALDER, NOBODY, by_firm, now, reached
from tests.portal.reading import text


def sent(client: Client, **said: str) -> Any:
    return client.post(reverse("desk:invitation_new"), said, follow=True)


def page_of(made: Invitation, act: str = "") -> str:
    return reverse(f"desk:invitation{act}", args=[made.pk])


def latest() -> Invitation:
    with seeing(Actor.system()):
        return Invitation.objects.latest("sent_at")


def test_a_partner_writes_to_a_customer_and_follows_the_answer(cast: Cast, visit: Visit) -> None:
    reference, gil = cast.contract(), visit("gil")
    assert "No invitations yet" in text(gil.get(reverse("desk:invitations")))
    said = {"account": "5100 000 001", "agreements": f"{reference}\r\n", "message": "Hello."}
    answer = sent(gil, **said)
    assert "The invitation is sent. If this account exists, its admins are told." in text(answer)
    made = latest()
    introduce(by=Actor.system())
    assert now(made).account == cast.alder
    shown = text(gil.get(page_of(made)))
    for words in ("No answer yet.", "Hello.", reference, "Gil", "Withdraw"):
        assert words in shown
    decline(made.pk, by=cast.actor("pia"), reason="Not now.")
    shown = text(gil.get(page_of(made)))
    for words in ("The customer has answered: no, thank you.", "Not now.", "holds for 90 days"):
        assert words in shown
    assert "Alder" not in shown


def test_the_number_has_the_name_that_the_vendor_gives_it(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    settings.OFRECORD_ACCOUNT_NUMBER_LABEL = "CSN"
    gil = visit("gil")
    sent(gil, account=ALDER)
    page = text(gil.get(page_of(latest())))
    assert f"CSN {ALDER}" in page and "Account number" not in page


def test_every_number_and_address_gets_the_same_pages(cast: Cast, visit: Visit) -> None:
    gil, pages = visit("gil"), []
    for said in ({"account": ALDER}, {"account": NOBODY}, {"email": "bo@example.com"}):
        answer = sent(gil, **said)
        introduce(by=Actor.system())
        one = gil.get(page_of(latest()))
        shown = [one.context[name] for name in ("state", "said", "colour", "until", "by", "answer")]
        pages.append([answer.status_code, one.status_code, text(answer).count("open"), *shown])
    assert [each[2] for each in pages] == [1, 2, 3]
    assert [each[3:] for each in pages] == [pages[0][3:]] * 3


def test_another_firm_does_not_find_it(cast: Cast, visit: Visit) -> None:
    made, lou = reached(cast), visit("lou")
    assert lou.get(page_of(made)).status_code == 404
    assert lou.post(page_of(made, "_withdraw")).status_code == 404
    assert "No invitations yet" in text(lou.get(reverse("desk:invitations")))


def test_a_partner_takes_one_back_once(cast: Cast, visit: Visit) -> None:
    made, gil = reached(cast), visit("gil")
    answer = gil.post(page_of(made, "_withdraw"), follow=True)
    assert "The invitation is withdrawn. Its link says so." in text(answer)
    again = gil.post(page_of(made, "_withdraw"), follow=True)
    assert "The invitation was withdrawn." in text(again)


@pytest.mark.parametrize(
    ("said", "status", "wanted"),
    [
        ({}, 422, "Give the customer's account number, or the email address"),
        ({"account": "51"}, 422, "This is not the format of an account number."),
        ({"email": "pia"}, 422, "This is not an email address."),
        ({"account": ALDER, "message": "See www.x.example"}, 422, "no links"),
    ],
)
def test_what_is_wrong_is_said_on_the_form(
    cast: Cast, visit: Visit, said: dict[str, str], status: int, wanted: str
) -> None:
    answer = sent(visit("gil"), **said)
    assert answer.status_code == status
    assert wanted in text(answer)


def test_beyond_the_days_budget_the_form_says_when(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    settings.OFRECORD_INVITATIONS_PER_PARTNER_PER_DAY = 1
    by_firm(cast)
    answer = sent(visit("gil"), account=NOBODY)
    assert answer.status_code == 429
    assert "You can send another one from" in text(answer)


def test_the_list_goes_page_by_page(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ofrecord.desk.invitations.PAGE", 1)
    for number in (ALDER, NOBODY):
        by_firm(cast, number)
    gil, where = visit("gil"), reverse("desk:invitations")
    first = gil.get(where)
    assert NOBODY in text(first)
    assert ALDER not in text(first)
    assert ALDER in text(gil.get(where + first.context["later_url"]))
    assert NOBODY in text(gil.get(f"{where}?after=nonsense"))
