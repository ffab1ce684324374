"""Somebody is invited, joins and is removed, in a real browser; and how the pages look."""

import os
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery.posting import post
from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import add_person
from ofrecord.parties.clients import add_client
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role
from tests.browsers import complaints, sideways, violations
from tests.cast import Cast
from tests.parties.test_inviting import asked, secret_of
from tests.portal.conftest import Enter

pytestmark = pytest.mark.browser
SEEN: tuple[tuple[Literal["light", "dark"], int], ...] = (
    ("light", 1440),
    ("dark", 1440),
    ("light", 390),
    ("dark", 390),
)
PICTURES = os.environ.get("OFRECORD_TEST_PICTURES", "")
PASSWORD = "a lantern in the orchard"
OPERATOR = Actor.system("cli")


def link_in_the_mailbox(page: Page) -> str:
    """The path of the link in the latest letter, as the mailbox shows it."""
    page.goto("/mailbox/")
    page.get_by_role("link", name="You are invited to Alder Works").first.click()
    found = re.search(r"https?://[^/\s]+(/join/\S+/)", page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found[1]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_viewer_is_invited_joins_and_is_removed(
    fresh_cast: Cast,
    enter: Enter,
    browser: Browser,
    address: str,
    settings: Settings,
    scripts: bool,
) -> None:
    settings.OFRECORD_MAILBOX = True
    fresh_cast.contract(products=("Draft",))
    pia = enter("pia", java_script_enabled=scripts)
    said = complaints(pia)
    pia.get_by_role("navigation", name="Main").get_by_role("link", name="People").click()
    pia.get_by_role("link", name="Invite somebody").click()
    pia.get_by_label("Name").fill("Nina New")
    pia.get_by_label("Email").fill("nina@example.com")
    pia.get_by_label("Viewer").check()
    pia.get_by_role("button", name="Send the invitation").click()
    expect(pia.locator("#invited")).to_contain_text("Nina New")

    post(addresses)
    nina = browser.new_context(base_url=address, java_script_enabled=scripts).new_page()
    nina.goto(link_in_the_mailbox(nina))
    expect(nina.get_by_role("heading", level=1)).to_have_text("You are invited to Alder Works")
    nina.get_by_label("Password", exact=True).fill(PASSWORD)
    nina.get_by_label("Password, once more").fill(PASSWORD)
    nina.get_by_role("button", name="Accept and set the password").click()
    expect(nina.get_by_text("Your password is set. Sign in with it.")).to_be_visible()
    nina.get_by_label("Email").fill("nina@example.com")
    nina.get_by_label("Password", exact=True).fill(PASSWORD)
    nina.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Alder Works")
    nina.goto("/people/")
    expect(nina.get_by_role("row").filter(has_text="Nina New")).to_contain_text("(you)")

    pia.reload()
    pia.get_by_role("link", name="Nina New", exact=True).click()
    pia.get_by_role("button", name="Remove Nina New").click()
    expect(pia.get_by_text("Nina New is no longer here.")).to_be_visible()
    nina.get_by_role("link", name="Home").first.click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert said == []
    nina.context.close()


def world(cast: Cast) -> dict[str, str]:
    """The pages with something on each of them."""
    reference = cast.contract(manager="cora")
    cast.contract(manager="cora")
    made = asked(cast, "nina@example.com")
    asked(cast, "noor@example.com", role="secondary_admin")
    where: dict[str, Any] = {"belongs_to": cast.alder.account_number, "by": cast.actor("pia")}
    add_client(
        "ERP", scopes=["agreements:read", "changes:read"], networks=["192.0.2.0/24"], **where
    )
    with seeing(OPERATOR):
        role = Role.objects.get(person=cast.people["sam"]).pk
        own = Role.objects.get(person=cast.people["pia"]).pk
    return {
        "people": "/people/",
        "invite": "/people/invite/",
        "role": f"/people/roles/{role}/",
        "own-role": f"/people/roles/{own}/",
        "clients": "/people/clients/",
        "client-add": "/people/clients/add/",
        "manager": f"/billing/agreements/{reference}/contract-manager/",
        "join": f"/join/{secret_of(made)}/",
    }


def at_the_others(cast: Cast) -> dict[str, dict[str, str]]:
    """The same at the desk and the console."""
    given: dict[str, Any] = {"belongs_to": "7200000001", "role": "partner_rep", "by": OPERATOR}
    add_person("ray@example.com", "Ray", **given)
    add_person("adam@example.com", "Adam", belongs_to="vendor", role="administrator", by=OPERATOR)
    cast.people["adam"] = Person.objects.get(email="adam@example.com")
    with seeing(OPERATOR):
        ray = Role.objects.get(person__email="ray@example.com").pk
    return {
        "lou": {
            "desk-people": "/desk/people/",
            "desk-role": f"/desk/people/roles/{ray}/",
            "desk-firm": "/desk/firm/",
            "desk-firm-edit": "/desk/firm/edit/",
            "desk-clients": "/desk/people/clients/",
        },
        "adam": {
            "console-people": "/console/people/",
            "console-invite": "/console/people/invite/?at=7200000002",
            "console-person": f"/console/people/{cast.people['pia'].pk}/",
            "console-clients": "/console/people/clients/",
        },
    }


def test_every_page_is_accessible_and_as_wide_as_the_window(fresh_cast: Cast, enter: Enter) -> None:
    pages = {"pia": world(fresh_cast), **at_the_others(fresh_cast)}
    found = []
    for name, paths in pages.items():
        page = enter(name)
        page.wait_for_url(lambda url: "login" not in url)
        join = paths.pop("join", "")
        found += seen(page, paths)
        if join:
            page.context.clear_cookies()
            found += seen(page, {"join": join, "join-over": "/join/nothing/"})
    assert found == []


def seen(page: Page, paths: dict[str, str]) -> list[str]:
    """What is wrong with the pages; their pictures, where somebody wants to look."""
    found = []
    for scheme, width in SEEN:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in paths.items():
            page.goto(path)
            found += [f"{name} {scheme} {width}: {each}" for each in violations(page)]
            if sideways(page) > 0:
                found.append(f"{name} {width}: wider than the window")
            if PICTURES:
                picture = Path(PICTURES) / f"{name}-{scheme}-{width}.png"
                page.screenshot(path=picture, full_page=True)
    return found
