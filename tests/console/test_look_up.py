"""The vendor's staff see what the customer sees, and change nothing."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.portal.reading import text


@pytest.fixture
def aude(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["aude"])
    return client


def test_an_agreement_as_its_admins_see_it(cast: Cast, aude: Client) -> None:
    reference = cast.contract(days=20)
    number = cast.change(other := cast.contract())
    page = text(aude.get(f"/console/agreements/{reference}/"))
    assert "within 90 days of its expiration" in page
    assert "No role held" not in page
    assert "Update Reseller Information" not in page
    page = aude.get(f"/console/agreements/{other}/").content.decode()
    assert f'href="/console/changes/{number}/"' in page
    assert "/billing/" not in page and 'href="/changes/' not in page
    assert "changed the partner" in text(aude.get(f"/console/agreements/{other}/history/"))


def test_the_rules_are_on_a_page_of_their_own(cast: Cast, aude: Client) -> None:
    assert "90 days before it ends" in text(aude.get("/console/rules/"))


def test_a_customer_has_no_business_here(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.people["pia"])
    assert client.get(f"/console/agreements/{cast.contract()}/").status_code == 403
