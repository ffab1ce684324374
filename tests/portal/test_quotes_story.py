"""A new partner of a subscription ID by quote, in a real browser: with scripts, and without."""

import os
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.decline import decline
from ofrecord.quotes.draft import draft, revise
from ofrecord.quotes.issue import issue
from ofrecord.quotes.models import Quote
from ofrecord.quotes.offers import Line
from tests.browsers import complaints, follow, sideways, violations
from tests.cast import Cast, of_record
from tests.portal.conftest import Enter
from tests.quotes.selling import GORSE, LARKSPUR, accepted, asked, issued, offer

pytestmark = pytest.mark.browser
SEEN: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
PICTURES = os.environ.get("OFRECORD_TEST_PICTURES", "")


def quoted(cast: Cast, reference: str) -> Quote:
    """Gil of Gorse answers the request that waits for him."""
    by = cast.actor("gil", door="desk")
    lines = (Line("Draft", 12, Decimal("110.00"), discount_percent=Decimal(10)),)
    made = draft(offer(reference, "seats", lines=lines, tax=Decimal("225.72")), by=by)
    return issue(made.number, by=by)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_admin_asks_a_new_partner_and_accepts_its_quote(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    reference = fresh_cast.subscription(products=("Draft",))
    page = enter("pia", java_script_enabled=scripts)
    said = complaints(page)
    page.goto(f"/billing/agreements/{reference}/")
    page.get_by_role("button", name=re.compile("^Actions")).click()
    page.get_by_role("link", name="Ask for a quote", exact=True).first.click()
    page.get_by_label("New partner account number", exact=True).fill("7200 000 002")
    page.get_by_label("Added seats", exact=True).check()
    page.get_by_label("What you wish for").fill("Twelve more, please.")
    follow(page, page.get_by_role("button", name="Find", exact=True))
    expect(page.locator("#found")).to_contain_text("can serve this agreement")
    page.get_by_role("button", name="Ask for the quote", exact=True).click()
    expect(page.get_by_text("Gorse Digital has been asked for a quote.")).to_be_visible()

    quote = quoted(fresh_cast, reference)
    page.get_by_role("link", name="Billing and Orders", exact=True).first.click()
    page.get_by_role("link", name="Quotes", exact=True).first.click()
    page.get_by_role("link", name=quote.number, exact=True).click()
    lead = page.locator(".page-lead")
    expect(lead).to_contain_text("changes your authorized partner from Larkspur Systems to Gorse")
    expect(page.get_by_role("row").filter(has_text="Draft")).to_contain_text("22 seats")
    page.get_by_label("Purchase-order number").fill("PO 4711")
    page.get_by_role("button", name="Accept the quote", exact=True).click()
    expect(page.locator("#order")).to_contain_text("PO 4711")
    assert of_record(reference) == {GORSE}
    page.locator("#order").get_by_role("link", name=re.compile("^PC-")).click()
    expect(page.locator("#order")).to_contain_text(f"quote {quote.number} from Gorse Digital")
    page.get_by_role("link", name=quote.number, exact=True).click()
    expect(page.locator("#order")).to_contain_text("PO 4711")
    assert said == []


def test_a_quote_is_declined_with_a_reason(fresh_cast: Cast, enter: Enter) -> None:
    reference = fresh_cast.subscription()
    quote, page = issued(fresh_cast, reference), enter("pia")
    page.goto(f"/billing/quotes/{quote.number}/")
    page.get_by_text("Decline instead", exact=True).click()
    page.get_by_role("button", name="Decline the quote", exact=True).click()
    expect(page.get_by_text("Give a reason.")).to_be_visible()
    page.get_by_label("Reason", exact=True).fill("We stay where we are.")
    page.get_by_role("button", name="Decline the quote", exact=True).click()
    expect(page.get_by_role("heading", name=quote.number)).to_contain_text("declined")
    assert of_record(reference) == {LARKSPUR}


def world(cast: Cast) -> dict[str, str]:
    """Quotes in every state, and requests; the addresses of the pages that show them."""
    pia, gil = cast.actor("pia"), cast.actor("gil", door="desk")
    reference = cast.subscription(days=39, products=("Draft", "Atlas"))
    lines = (
        Line("Draft", 25, Decimal("120.00"), discount_percent=Decimal("12.5")),
        Line("Atlas", 4, Decimal("1499.0050"), discount_amount=Decimal(50)),
    )
    given: dict[str, Any] = {
        "lines": lines,
        "tax": Decimal("1612.34"),
        "notes": "Delivered by email.\nThank you.",
    }
    quote = issued(cast, reference, **given)
    revise(quote.number, offer(reference, **{**given, "notes": "As spoken."}), by=gil)
    issue(quote.number, by=gil)
    taken = issued(cast, cast.subscription(days=39))
    accepted(cast, taken, purchase_order="PO 4711", name="Pia Alder")
    refused = issued(cast, cast.subscription())
    decline(refused.number, by=pia, reason="Too dear.")
    moved = issued(cast, cast.subscription(), "seats")
    with seeing(Actor.system()):
        on = Quote.objects.select_related("agreement").get(pk=moved.pk).agreement
    assert on
    accepted(cast, issued(cast, on.reference, "seats", by="lou", ask=False))
    today = clock.today()
    buy: dict[str, Any] = {"start_on": today, "end_on": today + timedelta(days=364)}
    issued(cast, kind="purchase", ask=False, by="lou", **buy)
    asked(cast, cast.contract(days=50), wish="The same for two years, and what it costs.")
    where = "/billing/quotes/"
    return {
        "list": where,
        "quote": f"{where}{quote.number}/",
        "old": f"{where}{quote.number}/?revision=1",
        "accepted": f"{where}{taken.number}/",
        "declined": f"{where}{refused.number}/",
        "moved": f"{where}{moved.number}/",
        "ask": f"{where}ask/?agreement={reference}",
        "ask-contract": f"{where}ask/?agreement={cast.contract()}",
        "ask-new": f"{where}ask/",
    }


def test_every_page_is_accessible_and_as_wide_as_the_window(fresh_cast: Cast, enter: Enter) -> None:
    pages = world(fresh_cast)
    page, found = enter("pia"), []
    for scheme, width in SEEN:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in pages.items():
            page.goto(path)
            found += [f"{name} {scheme} {width}: {each}" for each in violations(page)]
            assert sideways(page) <= 0, f"{name} {width}"
            _picture(page, f"{name}-{scheme}-{width}")
    assert found == []


def _picture(page: Page, name: str) -> None:
    """Kept for somebody who wants to look, in the folder that OFRECORD_TEST_PICTURES names."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
