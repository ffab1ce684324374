"""Invitations in a real browser: from the email to the change; used, late and foreign links."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery.posting import post
from ofrecord.invitations.accept import accept
from ofrecord.invitations.decline import decline
from ofrecord.invitations.introduce import introduce
from ofrecord.invitations.withdraw import withdraw
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from tests.browsers import complaints, follow, sideways, violations
from tests.cast import Cast, of_record
from tests.invitations.inviting import ALDER, BIRCH, NOBODY, by_firm, by_vendor, firm, now, token
from tests.portal.conftest import Enter
from tests.security.people import PASSWORD

pytestmark = pytest.mark.browser
GORSE = "7200000002"
SEEN: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
PICTURES = os.environ.get("OFRECORD_TEST_PICTURES", "")


@pytest.fixture(autouse=True)
def tried_out(address: str, settings: Settings) -> None:
    """The letters lead to where the browser is, and are read in the mailbox."""
    settings.OFRECORD_BASE_URL, settings.OFRECORD_MAILBOX = address, True


def from_the_mailbox(page: Page, about: str) -> None:
    """The link of a letter, as whoever tries it out follows it."""
    post(addresses)
    page.goto("/mailbox/?q=pia@example.com")
    page.get_by_role("link", name=re.compile(about)).first.click()
    page.locator("#letter-text").get_by_role("link", name=re.compile("invitations")).click()


def sign_in(page: Page) -> None:
    page.get_by_label("Email").fill("pia@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_email_to_the_change(fresh_cast: Cast, enter: Enter, scripts: bool) -> None:
    reference = fresh_cast.contract()
    made = by_vendor(fresh_cast, reference, message="They know your site.")
    page = enter("pia", java_script_enabled=scripts)
    page.context.clear_cookies()
    said = complaints(page)
    from_the_mailbox(page, "We introduce a partner to you")
    sign_in(page)
    expect(page.get_by_role("heading", name="Find your new partner")).to_be_visible()
    expect(page.get_by_label("New partner account number")).to_have_value(GORSE)
    expect(page.locator("#invited")).to_contain_text("They know your site.")
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}
    follow(page, page.get_by_role("button", name="Find", exact=True))
    expect(page.locator("#found")).to_contain_text("Gorse Digital")
    follow(page, page.get_by_role("link", name="Next", exact=True))
    page.get_by_label("Reason").fill("As you suggested.")
    follow(page, page.get_by_role("button", name="Submit", exact=True))
    expect(page.get_by_role("heading", name="Confirmation")).to_be_visible()
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    number = now(made).answer.removeprefix("partner_change/")

    page.goto(f"/invitations/{token()}/")
    expect(page.locator("#now")).to_contain_text(number)
    page.get_by_role("link", name="Follow the change", exact=True).click()
    page.get_by_role("link", name="an invitation", exact=True).click()
    expect(page.locator(".page-lead")).to_contain_text("with a change of partner")
    assert said == []


def test_somebody_elses_link_and_a_late_one_end_well(
    fresh_cast: Cast, enter: Enter, settings: Settings
) -> None:
    by_firm(fresh_cast)
    introduce(by=Actor.system())
    link = f"/invitations/{token()}/"
    foreign = enter("bo")
    foreign.goto(link)
    expect(foreign.get_by_role("heading", level=1)).to_have_text(
        "There is no invitation for you here"
    )
    expect(foreign.get_by_text("You are signed in as bo@example.com.")).to_be_visible()
    expect(foreign.get_by_text("Gorse")).to_have_count(0)
    foreign.get_by_role("main").get_by_role("link", name="Invitations", exact=True).click()
    expect(foreign.get_by_text("No invitations yet")).to_be_visible()
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=31)
    late = enter("pia")
    late.goto(link)
    expect(late.locator(".page-lead")).to_contain_text("you are a little late")
    expect(late.locator("#now")).to_contain_text("You can still choose Gorse Digital")


def world(cast: Cast) -> dict[str, dict[str, str]]:
    """Pages of each door, by who sees them."""
    message = "We met at the fair in May.\nShall we talk?"
    theirs = by_firm(cast, BIRCH)
    by_firm(cast, NOBODY)
    introduce(by=Actor.system())
    by_firm(cast, ALDER, message=message)
    introduce(by=Actor.system())
    link = token()
    decline(theirs.pk, by=cast.actor("bo"), reason="We are happy where we are.")
    reference, other = cast.contract(), cast.subscription()
    dune = by_vendor(cast, reference, other, partner="7200000003", message=message)
    heath = cast.partner("7200000009", "Heath Tools")
    used = by_vendor(cast, reference, partner=heath.account_number)
    accept(used.pk, [reference], heath.account_number, by=cast.actor("pia"), reason="Good.")
    fern = cast.partner("7200000008", "Fern & Sons")
    gone = by_vendor(cast, partner=fern.account_number)
    withdraw(gone.pk, by=cast.actor("opal", door="console"), reason="By mistake.")
    portal, desk, console = "/billing/invitations/", "/desk/invitations/", "/console/invitations/"
    sent = by_firm(cast, "", email="gil@example.com")
    assert withdraw(sent.pk, by=firm(cast)).state == "withdrawn"
    return {
        "pia": {
            "list": portal,
            "open": f"{portal}{dune.pk}/",
            "used": f"{portal}{used.pk}/",
            "withdrawn": f"{portal}{gone.pk}/",
            "brought": f"/invitations/{link}/",
            "find": f"/billing/agreements/{cast.contract()}/update-reseller/",
            "unknown": f"/invitations/{'x' * 43}/",
            "billing": "/billing/",
        },
        "gil": {
            "desk-list": desk,
            "desk-new": f"{desk}new/",
            "desk-declined": f"{desk}{theirs.pk}/",
            "desk-withdrawn": f"{desk}{sent.pk}/",
        },
        "opal": {
            "console-list": console,
            "console-new": f"{console}new/",
            "console-open": f"{console}{dune.pk}/",
            "console-nobody": f"{console}?show=nobody",
        },
    }


def test_every_page_is_accessible_and_as_wide_as_the_window(fresh_cast: Cast, enter: Enter) -> None:
    found = []
    for who, pages in world(fresh_cast).items():
        page = enter(who)
        for scheme, width in SEEN:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
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
