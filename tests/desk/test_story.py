"""The desk in a real browser, as three firms: with scripts, and without."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ofrecord.changes.codes.make import make
from ofrecord.journal import clock
from tests.browsers import complaints, sideways, violations
from tests.cast import Cast, Of, of_record

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]


def asked(cast: Cast, count: int = 2) -> list[str]:
    """Contracts that Alder takes from Larkspur and Dune to Gorse, who are all asked."""
    cast.policy(consent_days={"gaining": 5, "losing": 9})
    both = (Of(cast.larkspur), Of(cast.dune, "distributor"))
    own = [cast.contract(partners=both, products=("Atlas", "Borer")) for _ in range(count)]
    for reference in own:
        cast.change(reference)
    return own


def refuse(page: Page, what: str) -> None:
    page.locator("summary", has_text=what).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_three_firms_answer_and_the_new_one_is_of_record(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    one, two = asked(fresh_cast)
    gil = enter("gil", java_script_enabled=scripts)
    said = complaints(gil)
    expect(gil.get_by_text("2 consents wait for your answer")).to_be_visible()
    gil.get_by_role("link", name="Consents", exact=True).click()
    for box in gil.get_by_role("checkbox", name=re.compile("^Select Alder")).all():
        box.check()
    gil.get_by_role("button", name="Accept", exact=True).click()
    expect(gil.get_by_text("2 changes accepted.")).to_be_visible()

    lou = enter("lou", java_script_enabled=scripts)
    lou.goto("/desk/consents/")
    expect(lou.get_by_text("Gorse")).to_have_count(0)
    lou.get_by_role("row").filter(has_text=two[-3:]).get_by_role("link").click()
    refuse(lou, "Object …")
    lou.get_by_role("button", name="Object", exact=True).click()
    expect(lou.get_by_text("Choose the ground on which you object.")).to_be_visible()
    lou.get_by_label("Ground").select_option("an unpaid invoice")
    lou.get_by_label("Note").fill("Invoice 17 is open.")
    lou.get_by_role("button", name="Object", exact=True).click()
    expect(lou.get_by_text("You object to 1 change.")).to_be_visible()
    lou.get_by_role("checkbox", name=re.compile("^Select Alder")).check()
    lou.get_by_role("button", name="Do not object", exact=True).click()
    expect(lou.get_by_text("You do not object to 1 change.")).to_be_visible()

    dee = enter("dee", java_script_enabled=scripts)
    dee.get_by_role("main").get_by_role("link", name="Alder Works").click()
    dee.get_by_role("button", name="Do not object", exact=True).click()
    assert of_record(one) == {("Gorse Digital", "reseller", None)}
    assert len(of_record(two)) == 2
    gil.get_by_role("link", name="Agreements", exact=True).click()
    gil.get_by_role("link", name="Alder Works").click()
    expect(gil.get_by_text("20 seats")).to_be_visible()
    lou.goto("/desk/agreements/?show=formerly")
    lou.get_by_role("link", name="Alder Works").click()
    expect(lou.get_by_text("no longer the agreement")).to_be_visible()
    expect(lou.get_by_text("Atlas")).to_have_count(0)
    assert said == []


def test_with_the_keyboard_alone_a_code_is_redeemed(fresh_cast: Cast, enter: Enter) -> None:
    reference = fresh_cast.contract()
    code = make([reference], "7200000002", by=fresh_cast.actor("pia"), reason="Known.").code
    page = enter("gil")
    page.goto("/desk/codes/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Transfer code")).to_be_focused()
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text("your firm is of record")).to_be_visible()
    page.get_by_role("link", name="To your agreements").click()
    expect(page.get_by_role("row").filter(has_text="Alder Works")).to_be_visible()


def test_with_the_keyboard_alone_a_firm_objects(fresh_cast: Cast, enter: Enter) -> None:
    asked(fresh_cast, 1)
    page = enter("lou")
    page.goto("/desk/consents/")
    page.get_by_role("checkbox", name=re.compile("^Select Alder")).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Choose an answer.")).to_be_visible()
    page.wait_for_load_state()
    page.bring_to_front()
    page.locator("summary", has_text="Object …").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Ground")).to_be_focused()
    page.keyboard.type("an open")
    page.get_by_role("button", name="Object", exact=True).press("Enter")
    expect(page.get_by_text("You object to 1 change.")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390), ("light", 320)])
def test_axe_finds_nothing(fresh_cast: Cast, enter: Enter, scheme: str, width: int) -> None:
    world(fresh_cast)
    found = []
    for who in ("lou", "gil"):
        page = enter(who, viewport={"width": width, "height": 900}, color_scheme=scheme)
        said = complaints(page)
        for name, where in pages(page):
            page.goto(where)
            if "refused" in name:
                refuse(page, "…")
                with page.expect_navigation():
                    page.locator("details button").click()
            found += [f"{who} {name}: {each}" for each in violations(page)]
            if wide := sideways(page):
                found.append(f"{who} {name}: {wide} pixels too wide")
        found += [each for each in said if "status of 4" not in each]
    assert not found, "\n".join(found)


def world(cast: Cast) -> None:
    """A desk with something of everything."""
    asked(cast, 3)
    cast.policy(consent_days={"gaining": 0, "losing": 0})
    later = clock.today() + timedelta(days=9)
    cast.change(cast.contract(products=("Crane",)), effective_on=later)
    cast.change(cast.contract(products=("Drill",)))
    cast.contract(account=cast.birch, products=("Atlas", "Borer", "Crane", "Drill"))
    cast.subscription(products=("Elevation Cloud",), auto_renew=True)


def pages(page: Page) -> Iterator[tuple[str, str]]:
    """The pages of the desk, with one agreement and one consent of each list."""
    for name in ("", "agreements/", "agreements/?show=coming", "agreements/?show=formerly"):
        yield name or "home", f"/desk/{name}"
    yield from (("codes", "/desk/codes/"), ("consents", "/desk/consents/"))
    for place in ("consents/", "agreements/", "agreements/?show=formerly"):
        page.goto(f"/desk/{place}")
        links = page.locator("a.row-link")
        if links.count():
            yield f"one of {place}", str(links.first.get_attribute("href"))
    page.goto("/desk/consents/")
    yield "consent refused", str(page.locator("a.row-link").first.get_attribute("href"))
