"""The policy in a real browser: drafted, compared and published as somebody does it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from ofrecord.journal import clock
from ofrecord.rules import policy
from tests.browsers import complaints, sideways, violations
from tests.cast import Cast

pytestmark = pytest.mark.browser


def session_of(cast: Cast, name: str) -> str:
    client = Client()
    client.force_login(cast.people[name])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_whole(page: Page) -> None:
    assert violations(page) == [], page.url
    assert sideways(page) <= 0, page.url


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 320)])
def test_ninety_days_become_sixty(
    fresh_cast: Cast, address: str, browser: Browser, scheme: str, width: int, scripts: bool
) -> None:
    for days in (200, 90, 61, 60):
        fresh_cast.contract(days=days)
    context = browser.new_context(
        base_url=address,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
    )
    session = session_of(fresh_cast, "opal")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    page = context.new_page()
    said = complaints(page)
    whole = is_whole if scripts else lambda _page: None
    page.goto("/console/policy/")
    whole(page)
    page.get_by_role("link", name="Write a new version").click()
    days_left = page.get_by_label("Days before the end of a contract")
    days_left.fill("600")
    page.get_by_role("button", name="Compare").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Give a number of days from 0 to 366.")
    expect(main).to_contain_text("Say why, for those who read the versions.")
    whole(page)
    days_left.fill("60")
    page.get_by_label("viewer").check()
    judging = page.get_by_role("group", name="Rules that judge a request of the customer")
    judging.get_by_label("the current term renews automatically").uncheck()
    page.get_by_label("Note").fill("The channel asked\nfor it.")
    page.get_by_role("button", name="Compare").click()
    expect(main).to_contain_text("90 days → 60 days")
    expect(main).to_contain_text("added: viewer")
    expect(main).to_contain_text("2 more agreements would be available today.")
    whole(page)
    page.get_by_role("button", name="Edit it again").click()
    expect(days_left).to_have_value("60")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Publish").click()
    expect(main).to_contain_text("Version 2 follows on")
    expect(page.get_by_text("Version 2 is published.")).to_be_visible()
    whole(page)
    page.get_by_role("row", name="coming").get_by_role("link").click()
    expect(main).to_contain_text("The channel asked for it.")
    whole(page)
    made = policy.live(clock.today() + timedelta(days=1))
    assert (made.near_expiration_days, "viewer" in made.may_change) == (60, True)
    assert "auto_renews" not in made.judged_by["request"]
    assert [each for each in said if "status of 422" not in each] == []
    context.close()
