"""One of three partners is replaced, in a real browser: as customer, agent and auditor."""

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.browsers import complaints, follow, sideways, violations
from tests.cases.asking import (
    DUNE,
    FERN,
    GORSE,
    NOTE,
    PNG,
    answered,
    of_three,
    opened,
    replacing,
    told,
    types,
    with_agents,
)
from tests.cast import Cast, events, of_record
from tests.portal.conftest import Enter

pytestmark = pytest.mark.browser
SEEN: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
PICTURES = os.environ.get("OFRECORD_TEST_PICTURES", "")
OTHERS = ("Dune Distribution", "Fern Services")
FILE: FilePayload = {"name": "screen.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def fresh_cast(fresh_cast: Cast) -> Cast:
    return with_agents(fresh_cast)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_reseller_alone_is_replaced_and_nobody_else_is_touched(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    reference = of_three(fresh_cast)
    pia, said = _open_a_case(enter, reference, scripts)
    number = pia.url.rstrip("/").rpartition("/")[2]
    _carry_it_out(enter, number, scripts)

    assert of_record(reference) == {GORSE, DUNE, FERN}
    pia.reload()
    expect(pia.get_by_text("Support has made the change for you")).to_be_visible()
    expect(pia.locator("#said")).to_contain_text("The reseller is changed.")
    _untouched_on_every_screen(pia, reference)
    _untouched_in_the_events(reference)
    _read_by_the_auditor(enter, number, scripts)
    assert said == []


def _open_a_case(enter: Enter, reference: str, scripts: bool) -> tuple[Page, list[str]]:
    """From the review that would replace all three: *I want to change only one*."""
    page = enter("pia", java_script_enabled=scripts)
    said = complaints(page)
    page.goto(f"/billing/agreements/{reference}/update-reseller/")
    page.get_by_label("New partner account number").fill("7200 000 002")
    follow(page, page.get_by_role("button", name="Find", exact=True))
    page.get_by_role("link", name="Next", exact=True).or_(
        page.get_by_role("button", name="Next", exact=True)
    ).first.click()
    expect(page.get_by_text("It has 3 partners of record.")).to_be_visible()
    page.get_by_role("link", name="I want to change only one").click()
    expect(page.get_by_label("New partner account number")).to_have_value("7200000002")
    page.get_by_label("Larkspur Systems, Reseller").check()
    page.get_by_label("Message").fill("Only the reseller, please.")
    page.get_by_label("Files").set_input_files([FILE])
    page.get_by_role("button", name="Open the case", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Replace Larkspur Systems")
    expect(page.get_by_role("link", name="screen.png")).to_be_visible()
    return page, said


def _carry_it_out(enter: Enter, number: str, scripts: bool) -> None:
    page = enter("sue", java_script_enabled=scripts)
    page.goto("/console/")
    page.get_by_role("link", name="Cases", exact=True).first.click()
    page.get_by_role("link", name="Replace Larkspur Systems as reseller").click()
    page.get_by_role("button", name="Take it", exact=True).click()
    seen = page.locator("#seen")
    for name in ("Larkspur Systems", *OTHERS):
        expect(seen).to_contain_text(name)
    page.get_by_role("link", name="Carry it out", exact=True).click()
    preview = page.locator("#preview")
    expect(preview.locator(".party-ends")).to_contain_text("Larkspur Systems")
    expect(preview.locator(".party-stays")).to_have_count(4)
    page.get_by_label("Reason").fill("Asked for in the case.")
    page.get_by_label("Message to the customer").fill("The reseller is changed.")
    follow(page, page.get_by_role("button", name="Submit", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("resolved")
    expect(page.locator("#journal")).to_contain_text("carried out what a case asks for")


def _untouched_on_every_screen(page: Page, reference: str) -> None:
    page.goto(f"/billing/agreements/{reference}/")
    for name in ("Gorse Digital", *OTHERS):
        expect(page.locator("#partners")).to_contain_text(name)
    expect(page.locator("#partners")).not_to_contain_text("Larkspur")
    expect(page.locator("#before")).to_contain_text("Larkspur Systems")
    for name in OTHERS:
        expect(page.locator("#before")).not_to_contain_text(name)
    expect(page.locator("#journal")).to_contain_text("Support")
    page.locator("#changes").get_by_role("link").first.click()
    for name in OTHERS:
        expect(page.locator(".party-stays").filter(has_text=name)).to_have_count(1)


def _untouched_in_the_events(reference: str) -> None:
    (applied,) = [data for type, data in events(reference) if type == "partner_change.applied"]
    ends, stays = (
        {each["partner"] if "partner" in each else each["name"] for each in applied[side]}
        for side in ("ends", "stays")
    )
    assert len(ends) == 1 and len(stays) == 2, applied


def _read_by_the_auditor(enter: Enter, number: str, scripts: bool) -> None:
    page = enter("aude", java_script_enabled=scripts)
    page.goto(f"/console/cases/{number}/")
    for words in ("Only the reseller, please.", "The reseller is changed."):
        expect(page.locator("#said")).to_contain_text(words)
    main = page.get_by_role("main")
    assert main.locator("form[method=post]").count() == 0
    page.get_by_role("link", name="All of the agreement, as the customer sees it").click()
    expect(page.locator("#partners")).to_contain_text("Gorse Digital")


def test_the_pages_of_cases_are_sound_in_every_light_and_width(
    fresh_cast: Cast, enter: Enter
) -> None:
    reference = of_three(fresh_cast, auto_renew=True)
    case = opened(fresh_cast, replacing(reference), files=[NOTE])
    answered(fresh_cast, case, text="Since when?")
    opened(fresh_cast)
    with seeing(Actor.system()):
        assert types(case) == [type for type, _data in told(case)]
    support = f"/console/agreements/{reference}/support/?case={case.number}"
    pages = {
        "pia": {
            "list": "/cases/",
            "new": f"/cases/new/?agreement={reference}",
            "case": f"/cases/{case.number}/",
        },
        "sue": {
            "queue": "/console/cases/",
            "work": f"/console/cases/{case.number}/",
            "carry": f"{support}&partner=7200000002&member=reseller@7200000001",
        },
    }
    for scheme, width in SEEN:
        for name, addresses in pages.items():
            page = enter(name, color_scheme=scheme, viewport={"width": width, "height": 900})
            for what, address in addresses.items():
                page.goto(address)
                assert page.get_by_role("heading", level=1).count() == 1
                assert violations(page) == [], (what, scheme, width)
                assert sideways(page) <= 0, (what, width)
                if PICTURES:
                    path = Path(PICTURES) / f"case-{what}-{scheme}-{width}.png"
                    page.screenshot(path=path, full_page=True)
