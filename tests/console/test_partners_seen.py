"""In a real browser: from the search to a partner, what its termination would do, and done."""

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from tests.browsers import complaints, follow, sideways, violations
from tests.cast import Cast
from tests.portal.conftest import Enter
from tests.quotes.selling import issued

pytestmark = pytest.mark.browser
SEEN: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
PICTURES = os.environ.get("OFRECORD_TEST_PICTURES", "")


def is_whole(page: Page, name: str, scheme: str) -> None:
    assert violations(page) == [], page.url
    assert sideways(page) <= 0, page.url
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), SEEN)
def test_a_partner_is_found_and_terminated(
    fresh_cast: Cast, enter: Enter, scheme: Literal["light", "dark"], width: int
) -> None:
    cast = fresh_cast
    cast.change(cast.contract())
    quote = issued(cast, cast.subscription(products=("Draft",)))
    page = enter("opal", color_scheme=scheme, viewport={"width": width, "height": 900})
    said = complaints(page)
    is_whole(page, "home", scheme)
    box = page.get_by_role("searchbox", name="Search by number or name")
    box.fill("alder")
    box.press("Enter")
    main = page.get_by_role("main")
    follow(page, main.get_by_role("link", name="Alder Works", exact=True))
    is_whole(page, "account", scheme)
    for name, number in (("quote", quote.number), ("partner", "7200 000 002")):
        page.get_by_role("searchbox", name="Search by number or name").fill(number)
        with page.expect_navigation():
            page.get_by_role("searchbox", name="Search by number or name").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        is_whole(page, name, scheme)
    follow(page, main.get_by_role("link", name="Suspend", exact=True))
    expect(main).to_contain_text("1 cannot be accepted meanwhile")
    is_whole(page, "suspend", scheme)
    follow(page, main.get_by_role("link", name="Leave it"))
    follow(page, main.get_by_role("link", name="Terminate", exact=True))
    expect(main).to_contain_text("1 is withdrawn")
    page.get_by_role("button", name="Terminate", exact=True).click()
    expect(main).to_contain_text("Give a reason.")
    page.get_by_label("Reason").fill("It left the program.")
    page.get_by_role("button", name="Terminate", exact=True).click()
    expect(page.get_by_text("Gorse Digital is terminated.").first).to_be_visible()
    expect(main).to_contain_text("Opal: It left the program.")
    is_whole(page, "terminated", scheme)
    follow(page, main.get_by_role("link", name="All events"))
    follow(page, main.get_by_role("link").filter(has_text="20").first)
    is_whole(page, "event", scheme)
    expect(main).to_contain_text("holds")
    follow(page, page.get_by_role("link", name="Partners", exact=True))
    is_whole(page, "partners", scheme)
    follow(page, page.get_by_role("link", name="Accounts", exact=True))
    is_whole(page, "accounts", scheme)
    with seeing(Actor.system()):
        assert Partner.objects.get(account_number="7200000002").status == "terminated"
    assert [each for each in said if "status of 422" not in each] == []
