"""A subscription ID gets a new partner by quote, in a real browser, as three people."""

import os
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.book import book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.decline import decline
from ofrecord.quotes.draft import draft
from ofrecord.quotes.offers import Line
from ofrecord.quotes.transactions import Transaction
from tests.browsers import complaints, follow, sideways, violations
from tests.cast import Cast, of_record, types
from tests.portal.conftest import Enter
from tests.quotes.selling import GORSE, LARKSPUR, accepted, asked, issued, offer, sound

pytestmark = pytest.mark.browser
SEEN: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
PICTURES = os.environ.get("OFRECORD_TEST_PICTURES", "")


def ask(page: Page, reference: str) -> None:
    """Pia sees why the partner cannot be changed, and is at the question two clicks later."""
    page.goto(f"/billing/agreements/{reference}/")
    page.get_by_role("button", name=re.compile("^Actions")).click()
    menu = page.get_by_text("changes only with a financial transaction").locator("visible=true")
    expect(menu.first).to_be_visible()
    page.locator(".menu-why").get_by_role("link", name="Ask for a quote", exact=True).click()
    expect(page.get_by_role("heading", name="Ask for a quote")).to_be_visible()
    expect(page.get_by_text(reference).first).to_be_visible()
    page.get_by_label("New partner account number", exact=True).fill("7200 000 002")
    page.get_by_label("Added seats", exact=True).check()
    page.get_by_label("What you wish for").fill("Twelve more, please.")
    follow(page, page.get_by_role("button", name="Find", exact=True))
    expect(page.locator("#found")).to_contain_text("Gorse Digital")
    expect(page.locator("#found")).to_contain_text("can serve this agreement")
    expect(page.get_by_label("What you wish for")).to_have_value("Twelve more, please.")
    page.get_by_role("button", name="Ask for the quote", exact=True).click()
    expect(page.get_by_text("Gorse Digital has been asked for a quote.")).to_be_visible()


def quote(page: Page) -> str:
    """Gil reads what is wished, writes it down with a mistake and a second line, and issues it."""
    page.goto("/desk/")
    page.locator("#requests").get_by_role("link", name="Alder Works").click()
    expect(page.get_by_text("Twelve more, please.")).to_be_visible()
    page.get_by_role("link", name="Quote for it").click()
    line = page.get_by_role("group", name="Line 1")
    line.get_by_label("Seats").fill("12")
    line.get_by_label("Price a seat").fill("110")
    page.get_by_role("button", name="Add a line").click()
    page.get_by_role("button", name="Remove line 2").click()
    expect(line.get_by_label("Price a seat")).to_have_value("110")
    line.get_by_label("Discount").fill("ten percent")
    page.get_by_label("Currency").fill("eur")
    page.get_by_label("Tax").fill("225.72")
    page.get_by_role("button", name="Save the draft").click()
    expect(line.get_by_text("Write a percentage such as 10 %")).to_be_visible()
    expect(page.get_by_label("Tax")).to_have_value("225.72")
    line.get_by_label("Discount").fill("10 %")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator(".page-lead")).to_contain_text("who sees nothing of it")
    expect(page.locator("#lines")).to_contain_text("€1,413.72")
    expect(page.locator("#customer")).to_contain_text("makes Gorse Digital the authorized partner")
    page.get_by_role("button", name="Issue the quote").click()
    expect(page.get_by_text("The quote is issued.")).to_be_visible()
    return page.locator("h1 .code-large").inner_text()


def accept(page: Page, number: str) -> None:
    """Pia reads from whom to whom, and accepts."""
    page.goto("/home/")
    page.get_by_role("link", name="1 quote waits for you").click()
    page.get_by_role("link", name=number, exact=True).click()
    lead = page.locator(".page-lead")
    expect(lead).to_contain_text(
        "changes your authorized partner from Larkspur Systems to Gorse Digital, effective at once"
    )
    page.get_by_label("Purchase-order number").fill("PO 4711")
    page.get_by_role("button", name="Accept the quote", exact=True).click()
    expect(page.locator("#order")).to_contain_text("PO 4711")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_customer_asks_a_new_partner_quotes_and_the_old_one_sees_it_go(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    reference = fresh_cast.subscription(products=("Draft",))
    pia, gil, lou = (enter(who, java_script_enabled=scripts) for who in ("pia", "gil", "lou"))
    said = [complaints(each) for each in (pia, gil, lou)]
    lou.goto(f"/desk/agreements/{reference}/")
    expect(lou.locator(".page-lead")).to_contain_text("Your firm is of record for Alder Works.")

    ask(pia, reference)
    number = quote(gil)
    assert of_record(reference) == {LARKSPUR}
    before = clock.business_now()
    accept(pia, number)
    assert of_record(reference) == {GORSE}
    assert of_record(reference, before) == {LARKSPUR}
    assert "partner_change.applied" in types(reference)
    told = letters()
    assert {"quote.requested.partner", "quote.issued.account", "quote.accepted.partner"} <= told
    assert {"order.booked.account", "applied.account", "applied.losing"} <= told

    pia.goto(f"/billing/agreements/{reference}/")
    expect(pia.locator("#partners")).to_contain_text("Gorse Digital")
    expect(pia.get_by_text("22", exact=True).or_(pia.get_by_text("22 seats")).first).to_be_visible()
    lou.reload()
    expect(lou.locator(".page-lead")).to_contain_text("Your firm was of record for Alder Works.")
    expect(lou.get_by_text("Gorse")).to_have_count(0)
    gil.reload()
    expect(gil.locator("#order")).to_contain_text("PO 4711")
    gil.get_by_role("link", name="Orders", exact=True).click()
    expect(gil.get_by_role("row").filter(has_text="PO 4711")).to_contain_text("€1,413.72")
    gil.goto(f"/desk/agreements/{reference}/")
    expect(gil.locator("#subscriptions")).to_contain_text("22")
    assert [each for one in said for each in one if "status of 422" not in each] == []
    sound()


def letters() -> set[str]:
    """The kinds of letters that were written."""
    with seeing(Actor.system()):
        return set(Letter.objects.values_list("kind", flat=True))


def world(cast: Cast) -> dict[str, str]:
    """A firm with requests, quotes in every state and orders; the pages that show them."""
    gil, pia = cast.actor("gil", door="desk"), cast.actor("pia")
    reference = cast.subscription(days=39, products=("Draft", "Atlas"))
    lines = (
        Line("Draft", 25, Decimal("120.00"), discount_percent=Decimal("12.5")),
        Line("Atlas", 4, Decimal("1499.0050"), discount_amount=Decimal(50)),
    )
    given: dict[str, Any] = {"lines": lines, "tax": Decimal("1612.34"), "notes": "By email."}
    quote = issued(cast, reference, **given, expires_on=clock.today() + timedelta(days=5))
    draft_of = cast.subscription(days=39, products=("Draft", "Atlas"))
    open_request = asked(cast, draft_of, wish="The same for two years, and what it costs.")
    written = draft(offer(draft_of, **given, recipients=("cora@example.com",)), by=gil)
    taken = accepted(cast, issued(cast, cast.subscription(days=39)), purchase_order="PO 4711")
    refused = issued(cast, cast.subscription())
    decline(refused.number, by=pia, reason="Too dear.")
    booked = cast.subscription()
    erp = Transaction(
        number="T-4711",
        kind="seats",
        account="5100000001",
        partner=cast.gorse.account_number,
        agreement=booked,
        lines=(Bought("Draft", 5),),
        currency="EUR",
        net=Decimal(600),
    )
    (by_erp,) = book([erp], by=Actor.system("api"))
    assert by_erp.order
    return {
        "home": "/desk/",
        "requests": "/desk/requests/",
        "request": f"/desk/requests/{open_request.pk}/",
        "quotes": "/desk/quotes/",
        "quote": f"/desk/quotes/{quote.number}/",
        "draft": f"/desk/quotes/{written.number}/",
        "declined": f"/desk/quotes/{refused.number}/",
        "new": f"/desk/quotes/draft/?request={open_request.pk}",
        "edit": f"/desk/quotes/{written.number}/edit/",
        "purchase": f"/desk/quotes/draft/?agreement={booked}&kind=purchase",
        "orders": "/desk/orders/",
        "order": f"/desk/orders/{taken.order.number}/",
        "booked": f"/desk/orders/{by_erp.order.number}/",
        "agreement": f"/desk/agreements/{booked}/",
    }


def test_every_page_is_accessible_and_as_wide_as_the_window(fresh_cast: Cast, enter: Enter) -> None:
    pages = world(fresh_cast)
    page, found = enter("gil"), []
    for scheme, width in SEEN:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in pages.items():
            page.goto(path)
            if name == "edit":
                page.get_by_role("group", name="Line 2").get_by_label("Seats").fill("0")
                page.get_by_label("Currency").fill("EURO")
                follow(page, page.get_by_role("button", name="Save the draft"))
            found += [f"{name} {scheme} {width}: {each}" for each in violations(page)]
            if wide := sideways(page):
                found.append(f"{name} {width}: {wide} pixels too wide")
            _picture(page, f"{name}-{scheme}-{width}")
    assert found == []


def _picture(page: Page, name: str) -> None:
    """Kept for somebody who wants to look, in the folder that OFRECORD_TEST_PICTURES names."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
