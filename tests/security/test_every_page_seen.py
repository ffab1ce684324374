"""Every page of every door in a real browser: axe finds nothing, and no page breaks our policy.

Signing in is done as people do it, with the second factor and the recovery codes.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import complaints, sideways, violations
from tests.cast import Cast
from tests.databases import Copy
from tests.faults.processes import Installation
from tests.security.doors import TABLE, World
from tests.security.doors import world as made
from tests.security.people import PASSWORD, code
from tests.security.trying import KNOWN, address

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = (("light", 1440), ("dark", 320))
WHO = {"portal": "pia", "desk": "lou", "console": "opal"}
FILES = (
    *("export", "case_file", "_pdf", "_signed", "theme_css", "font"),
    *("healthz", "readyz", "signing_keys"),
)


@pytest.fixture(scope="module")
def world(browser: Browser, shared_database: Copy) -> World:
    return made(Cast.enter())


@pytest.fixture(scope="module")
def installation(shared_database: Copy, world: World) -> Iterator[Installation]:
    running = Installation(shared_database.env)
    try:
        running.serve()
        yield running
    finally:
        running.end()


def pages(door: str) -> list[str]:
    """The routes of a door that answer with a page; of no door: those of web and sign-in."""
    doors = tuple(f"{name}:" for name in WHO)
    return [
        route
        for route in sorted(KNOWN & set(TABLE))
        if TABLE[route].get not in (None, (405, 405))
        and not any(file in route for file in FILES)
        and (route.startswith(f"{door}:") if door in WHO else not route.startswith(doors))
    ]


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "login" not in url)


@pytest.mark.parametrize("door", [*WHO, "no door", "nobody"])
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_nothing_breaks_the_policy(
    browser: Browser, installation: Installation, world: World, door: str, scheme: str, width: int
) -> None:
    found = []
    with browser.new_context(
        base_url=installation.url,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    ) as context:
        page = context.new_page()
        said = complaints(page)
        if door != "nobody":
            sign_in(page, world.people[WHO.get(door, "pia")].email)
        for route in pages(door):
            where = address(world, route, "own", "absent")
            if "logout" in route and door != "nobody":
                continue
            page.goto(where)
            found += [f"{route}: {each}" for each in violations(page)]
            if wide := sideways(page):
                found.append(f"{route}: {wide} pixels too wide")
    ours = [each for each in said if "status of 4" not in each]
    assert not found + ours, "\n".join(found + ours)


def test_the_second_factor_from_the_first_page_to_the_last_code(
    browser: Browser, installation: Installation, world: World
) -> None:
    sam = world.people["sam"]
    with browser.new_context(base_url=installation.url) as context:
        page = context.new_page()
        said = complaints(page)
        sign_in(page, sam.email)
        page.goto("/sign-in/2fa/")
        page.get_by_role("link", name="Turn on").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main form button").click()
        expect(page.locator("main img")).to_be_visible()
        seed = page.locator("main").inner_text().split()
        secret = next(word for word in seed if len(word) == 32 and word.isupper())
        page.locator("main input[name=code]").fill(code(secret))
        page.locator("main form button").last.click()
        page.wait_for_url("**/recovery-codes/**")
        assert not violations(page)
        shown = page.locator("main").inner_text().split()
        recovery = next(word for word in shown if len(word) == 8 and word.isdigit())
        assert not said
    with browser.new_context(base_url=installation.url) as context:
        page = context.new_page()
        sign_in(page, sam.email)
        page.wait_for_url("**/2fa/authenticate/**")
        assert not violations(page)
        page.locator("main input[name=code]").fill(recovery)
        page.locator("main form button").first.click()
        page.wait_for_url("**/home/")
