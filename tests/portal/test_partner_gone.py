"""A customer whose partner was suspended or terminated sees it, with what can be done."""

from collections.abc import Callable

import pytest
from django.test import Client

from ofrecord.transitions.suspend import suspend
from ofrecord.transitions.terminate import terminate
from tests.cast import Cast
from tests.portal.reading import text

LARKSPUR = "7200000001"


@pytest.fixture
def pia(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["pia"])
    return client


def left(cast: Cast, act: Callable[..., object] = terminate) -> None:
    act(LARKSPUR, by=cast.actor("opal", door="console"), reason="It left.")


def test_the_list_says_so(cast: Cast, pia: Client) -> None:
    cast.contract()
    where = "/billing/agreements/"
    assert "is terminated" not in text(pia.get(where))
    left(cast)
    assert "Larkspur Systems is terminated" in text(pia.get(where))


def test_an_agreement_that_can_be_changed_leads_to_the_change(cast: Cast, pia: Client) -> None:
    reference = cast.contract()
    left(cast)
    page = pia.get(f"/billing/agreements/{reference}/")
    assert "Larkspur Systems is no longer an authorized partner" in text(page)
    assert "Update Reseller Information names a new partner." in text(page)
    assert "for a quote" not in text(page).split("names a new partner.")[1].split("Timeline")[0]


def test_one_that_cannot_says_the_way_that_is_open(cast: Cast, pia: Client) -> None:
    reference = cast.contract(days=20)
    left(cast, suspend)
    page = text(pia.get(f"/billing/agreements/{reference}/"))
    assert "Larkspur Systems is suspended" in page
    assert "names a new partner" not in page
    assert "renew" in page
    subscription = cast.subscription()
    page = text(pia.get(f"/billing/agreements/{subscription}/"))
    assert "Ask for a quote" in page.split("Larkspur Systems is suspended")[1]


def test_support_sees_it_too(cast: Cast) -> None:
    reference = cast.contract()
    left(cast)
    client = Client()
    client.force_login(cast.people["aude"])
    said = text(client.get(f"/console/agreements/{reference}/"))
    assert "Larkspur Systems is no longer an authorized partner" in said
