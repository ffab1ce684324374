"""In a real browser: a customer asks for one partner of three, an agent carries it out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.browsers import complaints, sideways, violations
from tests.cast import Cast, Of, of_record

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Enter = Callable[..., Page]


def test_one_of_three_is_replaced_and_everybody_sees_the_others_untouched(
    fresh_cast: Cast, enter: Enter
) -> None:
    cast = fresh_cast
    with seeing(Actor.system("cli")):
        cast._person("sia", "support_agent")
    reed = cast.partner("7200000009", "Reed Services")
    partners = (Of(cast.larkspur), Of(cast.dune, "distributor"), Of(reed, "services"))
    reference = cast.contract(days=40, partners=partners)
    cast.policy(second_person_for=[])
    sia = enter("sia")
    said = complaints(sia)
    sia.goto(f"/console/agreements/{reference}/")
    sia.get_by_role("link", name="Change the partner for the customer").click()
    expect(sia.get_by_text("You act for Alder Works")).to_be_visible()
    assert violations(sia) == []
    sia.get_by_label("Only Larkspur Systems, reseller").check()
    sia.get_by_label("New partner account number").fill("7200000002")
    sia.get_by_label("Who asked for it").select_option(label="Pia (primary admin)")
    sia.get_by_role("button", name="See what it would do").click()

    preview = sia.locator("#preview")
    expect(preview.locator(".party-ends")).to_contain_text("Larkspur Systems")
    expect(preview.locator(".party-new")).to_contain_text("Gorse Digital")
    expect(preview.locator(".party-stays")).to_have_count(4)
    assert violations(sia) == []
    sia.get_by_label("Reason").fill("Only the reseller has changed.")
    sia.get_by_role("button", name="Submit").click()
    expect(sia.get_by_text("Nothing was changed")).to_be_visible()
    sia.get_by_label("Override: The contract is within").check()
    assert violations(sia) == []
    sia.get_by_role("button", name="Submit").click()
    sia.wait_for_url("**/console/changes/**")
    expect(sia.get_by_text("It is made, and the customer is told.")).to_be_visible()
    expect(sia.get_by_text("Reed Services and Dune Distribution: untouched.")).to_be_visible()
    assert violations(sia) == []
    assert of_record(reference) == {
        ("Gorse Digital", "reseller", None),
        ("Dune Distribution", "distributor", None),
        ("Reed Services", "services", None),
    }

    pia = enter("pia", viewport={"width": 390, "height": 900})
    pia.goto(f"/billing/agreements/{reference}/")
    expect(
        pia.get_by_text("Support (Larkfield Software for Pia) changed the partner").first
    ).to_be_visible()
    assert sideways(pia) <= 0
    aude = enter("aude")
    aude.goto(sia.url)
    expect(aude.get_by_text("Made by support")).to_be_visible()
    expect(aude.get_by_role("button", name="Submit")).to_have_count(0)
    assert [each for each in said if "status of 4" not in each] == []


@pytest.mark.parametrize(("scheme", "width"), [("dark", 390), ("light", 1440)])
def test_the_pages_are_whole(fresh_cast: Cast, enter: Enter, scheme: str, width: int) -> None:
    cast = fresh_cast
    with seeing(Actor.system("cli")):
        cast._person("sia", "support_agent")
    both = (Of(cast.larkspur), Of(cast.dune, "distributor"))
    near = cast.contract(days=40, auto_renew=True, partners=both)
    only_operations = cast.subscription()
    page = enter("sia", color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in (
        f"/console/agreements/{near}/support/",
        f"/console/agreements/{near}/support/?partner=12&case=CS-1",
        f"/console/agreements/{near}/support/?partner=7200000002&member=reseller%407200000001",
        f"/console/agreements/{only_operations}/support/?partner=7200000002",
    ):
        page.goto(path)
        assert violations(page) == [], path
        assert sideways(page) <= 0, path
