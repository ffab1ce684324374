"""Consents, approvals and codes in a real browser, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.browsers import complaints, follow, sideways, violations
from tests.cast import Cast, of_record
from tests.portal.conftest import Enter

pytestmark = pytest.mark.browser

GORSE = "7200000002"


def state(number: str) -> str:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number).state


def consent(number: str, kind: str) -> Consent:
    with seeing(Actor.system()):
        return Consent.objects.get(change__number=number, kind=kind)


def find(page: Page, path: str) -> None:
    """From the first step to the review."""
    page.goto(f"{path}?number={GORSE}")
    follow(page, page.get_by_role("button", name="Find", exact=True))
    follow(page, page.get_by_role("link", name="Next", exact=True))
    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_one_admin_asks_and_another_one_approves(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    fresh_cast.policy(consent_days={"approval": 5, "gaining": 3})
    reference = fresh_cast.contract()
    pia = enter("pia", java_script_enabled=scripts)
    said = complaints(pia)
    find(pia, f"/billing/agreements/{reference}/update-reseller/")
    expect(pia.locator("#asked")).to_contain_text("A second admin (Sam) is asked to approve")
    pia.get_by_label("Reason", exact=True).fill("Closer to us.")
    pia.get_by_role("button", name="Submit", exact=True).click()
    expect(pia.get_by_text("It awaits consent.")).to_be_visible()
    pia.get_by_role("link", name=re.compile(r"^PC-[0-9A-Z]{8}$")).click()
    expect(pia.locator("#approval")).to_contain_text("it can be approved by: Sam")
    expect(pia.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    number = pia.locator("h1").inner_text().strip()

    sam = enter("sam", java_script_enabled=scripts)
    sam.goto(f"/changes/{number}/")
    sam.get_by_role("button", name="Approve", exact=True).click()
    expect(sam.locator("#track")).to_contain_text("A second admin has approved")
    answer([consent(number, "gaining").pk], given=True, by=fresh_cast.actor("gil"))
    sam.reload()
    expect(sam.locator("#track")).to_contain_text("Gorse Digital has accepted")
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    assert said == []


def test_the_tracker_learns_of_an_answer_by_itself_and_leaves_what_is_being_written(
    fresh_cast: Cast, enter: Enter
) -> None:
    fresh_cast.policy(consent_days={"approval": 5, "gaining": 3})
    number = fresh_cast.change(fresh_cast.contract())
    page = enter("sam")
    page.goto(f"/changes/{number}/")
    page.get_by_text("Decline instead").click()
    page.locator("#decline_reason").fill("Not before")
    answer([consent(number, "gaining").pk], given=True, by=fresh_cast.actor("gil"))
    expect(page.locator("#track")).to_contain_text("Gorse Digital has accepted", timeout=20_000)
    expect(page.locator("#decline_reason")).to_have_value("Not before")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_approval_is_declined_with_the_keyboard_alone(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    fresh_cast.policy(consent_days={"approval": 5})
    number = fresh_cast.change(fresh_cast.contract())
    page = enter("sam", java_script_enabled=scripts)
    page.goto(f"/changes/{number}/")
    page.get_by_role("button", name="Approve", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Not before the audit.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#track")).to_contain_text("reason: Not before the audit.")
    assert state(number) == "declined"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_code_is_made_shown_once_and_withdrawn(
    fresh_cast: Cast, enter: Enter, scripts: bool
) -> None:
    reference = fresh_cast.contract(products=("Atlas",))
    page = enter("pia", java_script_enabled=scripts)
    said = complaints(page)
    page.goto(f"/billing/agreements/{reference}/")
    page.get_by_role("button", name=re.compile("^Actions")).click()
    page.get_by_role("link", name="Give a code to a partner", exact=True).click()
    page.get_by_label("New partner account number", exact=True).fill(GORSE)
    follow(page, page.get_by_role("button", name="Find", exact=True))
    follow(page, page.get_by_role("link", name="Next", exact=True))
    page.get_by_label("Days of validity").fill("15")
    page.get_by_label("Reason", exact=True).fill("They know us.")
    page.get_by_role("button", name="Make the code", exact=True).click()
    expect(page.get_by_text("less than or equal to 14")).to_be_visible()
    page.get_by_label("Days of validity").fill("2")
    page.get_by_role("button", name="Make the code", exact=True).click()
    code = page.locator("#code").inner_text()
    expect(page.get_by_text("This page shows it once")).to_be_visible()
    page.get_by_role("link", name="All transfer codes", exact=True).click()
    expect(page.get_by_text("can be redeemed")).to_be_visible()
    assert code not in page.content()
    page.get_by_role("button", name=re.compile("^Withdraw")).click()
    expect(page.get_by_text("The code is withdrawn.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Withdraw"))).to_have_count(0)
    assert [each for each in said if "status of 422" not in each] == []


def test_a_selection_is_given_in_one_code(fresh_cast: Cast, enter: Enter) -> None:
    own = [fresh_cast.contract(products=(name,)) for name in ("Atlas", "Borer")]
    page = enter("pia")
    page.goto("/billing/agreements/")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Give a code to a partner", exact=True).click()
    page.get_by_label("New partner account number", exact=True).fill(GORSE)
    follow(page, page.get_by_role("button", name="Find", exact=True))
    follow(page, page.get_by_role("link", name="Next", exact=True))
    page.get_by_label("Reason", exact=True).fill("They know us.")
    page.get_by_role("button", name="Make the code", exact=True).click()
    redeem(page.locator("#code").inner_text(), by=fresh_cast.actor("gil", door="desk"))
    page.goto("/billing/codes/")
    expect(page.get_by_role("row").filter(has_text="redeemed")).to_contain_text("PC-")
    for reference in own:
        assert of_record(reference) == {("Gorse Digital", "reseller", None)}


@pytest.fixture
def pages(fresh_cast: Cast) -> Iterator[list[str]]:
    """The addresses of every kind of page that has something of consents and codes."""
    cast = fresh_cast
    first, second, third = (cast.contract() for _ in range(3))
    pia = cast.actor("pia")
    redeemed = make([first], GORSE, by=pia, reason="They know us.")
    come = redeem(redeemed.code, by=cast.actor("gil", door="desk")).items[0].number
    make([second], GORSE, by=pia, reason="They know us.")
    cast.policy(consent_days={"gaining": 3, "losing": 7, "approval": 5, "confirmation": 4})
    waiting, declined = cast.change(second), cast.change(third)
    answer(
        [consent(declined, "losing").pk],
        given=False,
        ground="open_order",
        by=cast.actor("lou"),
    )
    own = cast.contract()
    yield [
        "/home/",
        "/changes/",
        f"/changes/{waiting}/",
        f"/changes/{declined}/",
        f"/changes/{come}/",
        "/billing/",
        "/billing/agreements/",
        "/billing/codes/",
        f"/billing/agreements/{second}/history/?on=2026-01-01&known_on=2026-01-01",
        f"/billing/agreements/{own}/update-reseller/",
        f"/billing/agreements/{own}/give-code/",
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390), ("light", 320)])
def test_axe_finds_nothing(enter: Enter, pages: list[str], scheme: str, width: int) -> None:
    page = enter("sam", color_scheme=scheme, viewport={"width": width, "height": 900})
    said = complaints(page)

    def judge(what: str) -> None:
        page.wait_for_load_state()
        assert violations(page) == [], what
        assert sideways(page) <= 0, what

    for path in pages[:-2]:
        page.goto(path)
        judge(path)
    update, give = pages[-2:]
    find(page, give)
    judge(f"{give}, review")
    page.get_by_label("Reason", exact=True).fill("They know us.")
    page.get_by_role("button", name="Make the code", exact=True).click()
    expect(page.locator("#code")).to_be_visible()
    judge(f"{give}, the code")
    find(page, update)
    judge(f"{update}, review")
    page.get_by_label("Reason", exact=True).fill("Closer to us.")
    follow(page, page.get_by_role("button", name="Submit", exact=True))
    expect(page.get_by_text("It awaits consent.")).to_be_visible()
    judge(f"{update}, confirmation")
    assert said == []
