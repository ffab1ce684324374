"""The parts of the pages in a real browser: seen, reached by keyboard, and without scripts."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from ofrecord.web.style import PAGES
from tests.browsers import chromium, complaints, served, sideways, violations

pytestmark = pytest.mark.browser

LOOKS: list[tuple[Literal["light", "dark"], int]] = [("light", 1440), ("dark", 390)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(base_url=address) as context:
        yield context.new_page()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing(
    browser: Browser, address: str, name: str, scheme: Literal["light", "dark"], width: int
) -> None:
    with browser.new_context(
        base_url=address, color_scheme=scheme, viewport={"width": width, "height": 900}
    ) as context:
        page = context.new_page()
        said = complaints(page)
        page.goto(f"/style/{name}/", wait_until="networkidle")
        assert said == []
        assert violations(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_at_320_pixels(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/style/{name}/")
    assert sideways(page) <= 0


def test_a_menu_is_walked_with_the_arrow_keys(page: Page) -> None:
    page.goto("/style/list/")
    page.get_by_role("button", name="Actions for Draft Studio LT").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Contract details")).to_be_focused()
    page.keyboard.press("ArrowDown")
    off = page.get_by_role("link", name="Update Reseller Information")
    expect(off).to_be_focused()
    expect(off).to_have_attribute("aria-disabled", "true")
    expect(off).to_have_accessible_description(
        "Closed on 2 Nov 2026: within 90 days of expiration. Renew through the new partner "
        "until 2 Mar 2027. Ask for a quote"
    )
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Open a case")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Actions for Draft Studio LT")).to_be_focused()


def test_a_menu_opens_without_scripts(browser: Browser, address: str) -> None:
    with browser.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/style/list/")
        page.get_by_role("button", name="Actions for Civil Suite").click()
        expect(page.get_by_role("link", name="Contract details")).to_be_visible()


def test_the_bar_says_how_many_rows_are_selected(page: Page) -> None:
    page.goto("/style/list/")
    expect(page.get_by_text("selected", exact=False)).to_be_hidden()
    boxes = page.locator("[data-select-one]")
    boxes.first.check()
    expect(page.get_by_text("1 selected")).to_be_visible()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.locator("[data-select-all]").click()
    expect(page.get_by_text(f"{boxes.count()} selected")).to_be_visible()


def test_the_chosen_theme_is_kept_without_scripts(browser: Browser, address: str) -> None:
    with browser.new_context(
        base_url=address, java_script_enabled=False, color_scheme="light"
    ) as context:
        page = context.new_page()
        page.goto("/style/")
        page.get_by_role("button", name="Pia Adler, your menu").click()
        page.get_by_role("button", name="Dark").click()
        expect(page).to_have_url(f"{address}/style/")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_first_tab_leads_past_the_navigation(page: Page) -> None:
    page.goto("/style/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_what_is_copied_is_the_number_without_spaces(browser: Browser, address: str) -> None:
    rights = ["clipboard-read", "clipboard-write"]
    with browser.new_context(base_url=address, permissions=rights) as context:
        page = context.new_page()
        page.goto("/style/details/")
        page.get_by_role("button", name="Copy contract number").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "110002345678"
