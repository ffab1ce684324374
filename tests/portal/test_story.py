"""The main job in a real browser, by its exact labels: with scripts, and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsers import complaints, follow, sideways, violations
from tests.cast import Cast, of_record
from tests.portal.conftest import Enter

pytestmark = pytest.mark.browser

GORSE = "7200000002"


@pytest.mark.parametrize("scripts", [True, False])
def test_an_admin_changes_the_authorized_partner(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    reference = fresh_cast.contract(products=("Atlas",))
    page = enter("pia", java_script_enabled=scripts)
    said = complaints(page)
    page.get_by_role("link", name="Billing and Orders", exact=True).first.click()
    page.get_by_role("link", name="Subscriptions and Contracts", exact=True).first.click()
    row = page.get_by_role("row").filter(has_text="Atlas")
    row.get_by_role("button", name=re.compile("^Actions")).click()
    page.get_by_role("link", name="Contract details", exact=True).click()
    page.get_by_role("button", name=re.compile("^Actions")).click()
    page.get_by_role("link", name="Update Reseller Information", exact=True).first.click()

    expect(page.get_by_role("heading", name="Find your new partner", exact=True)).to_be_visible()
    page.get_by_label("New partner account number", exact=True).fill("7200 000 002")
    follow(page, page.get_by_role("button", name="Find", exact=True))
    expect(page.get_by_text("Gorse Digital")).to_be_visible()
    follow(page, page.get_by_role("link", name="Next", exact=True))

    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()
    expect(page.locator(".party-ends").filter(has_text="Larkspur Systems")).to_contain_text("ends")
    page.get_by_label("Reason", exact=True).fill("Closer to us.")
    follow(page, page.get_by_role("button", name="Submit", exact=True))

    expect(page.get_by_role("heading", name="Confirmation", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(r"^PC-[0-9A-Z]{8}$"))).to_be_visible()
    page.get_by_role("link", name="Done", exact=True).click()
    expect(page.locator("#partners")).to_contain_text("Gorse Digital")
    expect(page.locator("#before")).to_contain_text("Larkspur Systems")
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    assert said == []


def test_what_is_missing_is_where_the_page_goes_on(fresh_cast: Cast, enter: Enter) -> None:
    page = enter("pia", viewport={"width": 390, "height": 600})
    page.goto(f"/billing/agreements/{fresh_cast.contract()}/update-reseller/?number={GORSE}")
    follow(page, page.get_by_role("button", name="Find", exact=True))
    follow(page, page.get_by_role("link", name="Next", exact=True))
    follow(page, page.get_by_role("button", name="Submit", exact=True))
    reason = page.get_by_label("Reason", exact=True)
    expect(reason).to_be_focused()
    expect(reason).to_be_in_viewport()
    expect(page.get_by_text("Give a reason.")).to_be_in_viewport()


def test_another_date_is_reviewed_as_soon_as_it_is_chosen(fresh_cast: Cast, enter: Enter) -> None:
    reference = fresh_cast.contract()
    page = enter("pia")
    page.goto(f"/billing/agreements/{reference}/update-reseller/?number={GORSE}")
    expect(page.get_by_label("New partner account number")).to_have_value(GORSE)
    follow(page, page.get_by_role("button", name="Find", exact=True))
    follow(page, page.get_by_role("link", name="Next", exact=True))
    expect(page.get_by_role("button", name="Submit", exact=True)).to_be_visible()
    page.get_by_label("Reason", exact=True).fill("Closer to us.")
    page.get_by_label("On a later date").check()
    expect(page.get_by_role("button", name="Submit", exact=True)).to_have_count(0)
    from datetime import timedelta

    from ofrecord.journal import clock

    page.locator("#id_on").fill((clock.today() + timedelta(days=9)).isoformat())
    page.locator("#id_on").blur()
    expect(page.get_by_role("button", name="Submit", exact=True)).to_be_visible()
    expect(page.get_by_label("Reason", exact=True)).to_have_value("Closer to us.")
    follow(page, page.get_by_role("button", name="Submit", exact=True))
    expect(page.get_by_text("becomes your authorized partner on")).to_be_visible()
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}


def test_many_are_selected_and_moved(fresh_cast: Cast, enter: Enter) -> None:
    own = [fresh_cast.contract(products=(name,)) for name in ("Atlas", "Borer", "Crane")]
    fresh_cast.contract(days=50, products=("Drill",))
    page = enter("pia")
    page.goto("/billing/agreements/")
    page.get_by_label("Select all on this page").check()
    page.get_by_label("Select all 4 subscriptions matching").check()
    page.get_by_role("button", name="Update Reseller Information", exact=True).click()
    page.get_by_label("New partner account number", exact=True).fill(GORSE)
    follow(page, page.get_by_role("button", name="Find", exact=True))
    follow(page, page.get_by_role("link", name="Next", exact=True))
    expect(page.get_by_text("1 stays as it is, for the reason below.")).to_be_visible()
    page.get_by_label("Reason", exact=True).fill("One partner for all.")
    follow(page, page.get_by_role("button", name="Submit", exact=True))
    expect(page.get_by_text("3 agreements were changed.")).to_be_visible()
    for reference in own:
        assert of_record(reference) == {("Gorse Digital", "reseller", None)}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(fresh_cast: Cast, enter: Enter, scheme: str, width: int) -> None:
    from datetime import timedelta

    from ofrecord.journal import clock

    reference = fresh_cast.contract(products=("Atlas", "Borer"))
    near, other = fresh_cast.contract(days=50), fresh_cast.contract()
    applied = fresh_cast.change(reference)
    later = clock.today() + timedelta(days=9)
    scheduled = fresh_cast.change(other, effective_on=later)
    page = enter("pia", color_scheme=scheme, viewport={"width": width, "height": 900})
    said = complaints(page)
    for path in (
        "/home/",
        "/billing/",
        "/billing/agreements/",
        "/billing/agreements/?q=nothing",
        f"/billing/agreements/{reference}/?on=2026-01-01",
        f"/billing/agreements/{other}/",
        f"/billing/agreements/{reference}/history/",
        f"/billing/agreements/{reference}/update-reseller/",
        f"/billing/agreements/{near}/update-reseller/",
        "/changes/",
        f"/changes/{applied}/",
        f"/changes/{scheduled}/",
        "/help/when/",
    ):
        page.goto(path)
        assert violations(page) == [], path
        assert sideways(page) <= 0, path
    assert said == []
