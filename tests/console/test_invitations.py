"""Invitations at the console: sent for the vendor, read by all of its staff, withdrawn."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.cast import Cast
from tests.invitations.inviting import ALDER, NOBODY, by_vendor, letters, now, reached
from tests.portal.reading import text

GORSE = "7200000002"
NEW = "/console/invitations/new/"


def enter(cast: Cast, name: str = "opal") -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(cast.people[name], backend=backend)
    return client


def sent(client: Client, **said: str) -> Any:
    return client.post(NEW, {"partner": GORSE, "account": ALDER, **said}, follow=True)


def test_operations_introduce_a_partner_and_follow_it(cast: Cast) -> None:
    reference, opal = cast.contract(manager="cora"), enter(cast)
    first = opal.get(NEW, {"partner": GORSE, "account": ALDER}).content.decode()
    assert f'value="{GORSE}"' in first
    answer = sent(opal, agreements=reference, message="They know your site.")
    said = text(answer)
    for words in ("The invitation is sent.", "Alder Works", "Pia", "Cora", "They know your site."):
        assert words in said
    assert len(letters()) == 3
    listed = text(opal.get(reverse("console:invitations")))
    for words in ("Gorse Digital", "Alder Works", "open", "the vendor"):
        assert words in listed


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"partner": "7299999999"}, "partner"),
        ({"account": NOBODY}, "account"),
        ({"account": "51"}, "account"),
        ({"agreements": "499999999999"}, "agreements"),
        ({"message": "https://x.example"}, "message"),
    ],
)
def test_what_stands_against_it_is_beside_its_field(
    cast: Cast, said: dict[str, str], field: str
) -> None:
    answer = sent(enter(cast), **said)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_an_auditor_reads_them_and_sends_none(cast: Cast) -> None:
    made, aude = by_vendor(cast), enter(cast, "aude")
    one = reverse("console:invitation", args=[made.pk])
    assert "Alder Works" in text(aude.get(one))
    assert "Withdraw" not in text(aude.get(one))
    assert "Introduce a partner" not in text(aude.get(reverse("console:invitations")))
    assert aude.get(NEW).status_code == aude.post(NEW).status_code == 403
    assert aude.post(reverse("console:invitation_withdraw", args=[made.pk])).status_code == 403


def test_operations_withdraw_one_with_a_reason(cast: Cast) -> None:
    made, opal = reached(cast), enter(cast)
    where = reverse("console:invitation_withdraw", args=[made.pk])
    said = text(opal.post(where, {"reason": "They ask everybody."}, follow=True))
    assert "They ask everybody." in said
    assert now(made).state == "withdrawn"
    assert "The invitation was withdrawn." in text(opal.post(where, {}, follow=True))


def test_those_that_reached_nobody_are_a_list_and_guesses_stand_out(
    cast: Cast, settings: Settings
) -> None:
    settings.OFRECORD_CANARY_ACCOUNTS = (NOBODY,)
    reached(cast)
    guessed = reached(cast, NOBODY)
    opal = enter(cast)
    listed = text(opal.get(reverse("console:invitations"), {"show": "nobody"}))
    assert "guessed" in listed
    assert "Alder Works" not in listed
    one = text(opal.get(reverse("console:invitation", args=[guessed.pk])))
    assert "This number was guessed" in one
    other = text(opal.get(reverse("console:invitations"), {"partner": "7200000001"}))
    assert "No invitations here" in other


def test_the_list_goes_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ofrecord.console.invitations.PAGE", 1)
    reached(cast)
    reached(cast, NOBODY)
    opal = enter(cast)
    first = opal.get(reverse("console:invitations"))
    assert NOBODY in text(first)
    assert "Alder Works" not in text(first)
    assert "Alder Works" in text(opal.get(first.context["later_url"]))
