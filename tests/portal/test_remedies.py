"""What a verdict tells people to do leads to the page where they do it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from ofrecord.agreements.models import Term
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules import remedies
from tests.cast import Cast, types
from tests.portal.conftest import Visit
from tests.portal.reading import text

ODD = {"reference": "40~0/7 ü", "open_change": "PC-00000000"}


def renews(reference: str) -> bool:
    with seeing(Actor.system()):
        return Term.objects.get(agreement__reference=reference).auto_renew


@pytest.mark.parametrize("step", ["auto_renew_off", "unlock", "wait"])
def test_the_addresses_of_remedies_are_the_portals(step: str) -> None:
    found = urlsplit(remedies.address(step, ODD) or "").path
    expected = {
        "wait": reverse("portal:change", args=[ODD["open_change"]]),
    }.get(step, reverse("portal:agreement", args=[ODD["reference"]]))
    assert found == expected
    assert resolve(reverse("portal:agreement", args=[ODD["reference"]])).url_name == "agreement"


@pytest.mark.parametrize("step", ["quote", "renew"])
def test_who_is_to_ask_for_a_quote_is_led_to_where_it_is_asked(
    cast: Cast, visit: Visit, step: str
) -> None:
    """The page opens with the agreement of the remedy, whatever signs its reference has."""
    address = urlsplit(remedies.address(step, ODD) or "")
    assert address.path == reverse("portal:quotes_ask")
    assert parse_qs(address.query) == {"agreement": [ODD["reference"]]}
    reference = cast.subscription()
    page = visit("pia").get(remedies.address(step, {"reference": reference}) or "")
    assert page.status_code == 200 and page.context["agreement"].reference == reference


def test_an_example_has_no_page() -> None:
    assert remedies.address("quote", {}) is None


def test_the_one_remedy_has_the_address_of_its_first_step(cast: Cast, settings: Any) -> None:
    base = settings.OFRECORD_BASE_URL
    subscription, contract = cast.subscription(), cast.contract(days=90, auto_renew=True)
    ask = f"{base}/billing/quotes/ask/?agreement="
    remedy = cast.check(subscription).remedy
    assert remedy and remedy.url == f"{ask}{subscription}"
    (verdict,) = cast.check(subscription).as_data(None)["verdicts"]
    assert verdict["remedy"] == {"text": remedy.text, "url": remedy.url}
    both = cast.check(contract).remedy
    assert both and both.url == f"{base}/billing/agreements/{contract}/#auto-renew"
    assert [each.label for each in both.pages] == ["Turn auto-renew off", "Ask for a quote"]
    assert both.pages[1].url == f"/billing/quotes/ask/?agreement={contract}"


def test_who_may_not_take_the_step_is_sent_to_those_who_can(cast: Cast, settings: Any) -> None:
    remedy = cast.check(cast.subscription(), by="vera").remedy
    assert remedy and remedy.url and "Ask someone who can" in remedy.text
    assert remedy.url.startswith(f"{settings.OFRECORD_BASE_URL}/people/?agreement=")
    assert [each.label for each in remedy.pages] == ["See who can"]
    assert resolve(urlsplit(remedy.url).path).view_name == "portal:people"


def test_support_comes_instead_of_what_the_customer_could_do(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_CASES = False
    settings.OFRECORD_SUPPORT_URL = "https://vendor.example/help"
    given = {"auto_renew": True, "program": "eba", "token_flex": True}
    remedy = cast.check(cast.contract(days=45, **given)).remedy
    assert remedy and remedy.url == "https://vendor.example/help"
    assert [each.label for each in remedy.pages] == ["Contact support"]


def test_support_is_a_case_with_agreement_and_wish(cast: Cast, settings: Any) -> None:
    reference = cast.contract(program="eba", token_flex=True)
    remedy = cast.check(reference).remedy
    assert remedy and remedy.url == (
        f"{settings.OFRECORD_BASE_URL}/cases/new/?wish=token_flex&agreement={reference}"
    )
    assert resolve(urlsplit(remedy.url).path).url_name == "cases_new"
    others = cast.check(reference, by="vera").remedy
    assert others and others.url and "/people/" in others.url


def test_the_link_leads_to_the_act_and_the_act_does_it(cast: Cast, visit: Visit) -> None:
    reference = cast.contract(auto_renew=True)
    pia: Client = visit("pia")
    address = reverse("portal:agreement", args=[reference])
    shown = pia.get(address)
    assert f'href="{address}#auto-renew"' in shown.content.decode()
    assert 'id="auto-renew"' in shown.content.decode()
    done = pia.post(f"{address}auto-renew/", {"to": "off", "reason": "We compare."}, follow=True)
    assert "Auto-renew is off." in text(done) and not renews(reference)
    assert "Turn auto-renew on" in text(pia.get(address))
    assert types(reference)[-1] == "agreement.auto_renew_turned_off"
    assert cast.check(reference).available
    pia.post(f"{address}auto-renew/", {"to": "on"})
    assert renews(reference)


def test_who_only_looks_is_offered_no_button(cast: Cast, visit: Visit) -> None:
    reference = cast.contract(auto_renew=True)
    vera = visit("vera")
    address = reverse("portal:agreement", args=[reference])
    assert "auto-renew/" not in vera.get(address).content.decode()
    assert vera.post(f"{address}auto-renew/", {"to": "off"}).status_code == 403
    assert renews(reference)


def test_what_is_over_is_told_so(cast: Cast, visit: Visit) -> None:
    reference = cast.contract(days=-5)
    address = reverse("portal:auto_renew", args=[reference])
    done = visit("pia").post(address, {"to": "on"})
    assert done.status_code == 409 and "The term ended on" in text(done)
