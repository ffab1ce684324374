"""Takes the pictures of the documentation from a demo of its own. `bin/screenshots` runs it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, expect

from ofrecord.cli.demo.story import PASSWORD, STORY
from tests.browsers import chromium

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SLOWEST = 20_000


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo that has just been loaded, and that ends with this."""
    with TemporaryDirectory(prefix="ofrecord-", ignore_cleanup_errors=True) as home:
        env = {**os.environ, "OFRECORD_HOME": f"{home}/home"}
        command = [sys.executable, "-m", "ofrecord", "demo", "--json"]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            yield str(json.loads(running.stdout.readline())["url"])
            running.send_signal(signal.SIGINT)


@contextmanager
def signed_in(url: str, email: str, **given: Any) -> Iterator[Page]:
    """A window in which somebody is signed in."""
    with chromium() as browser:
        context = browser.new_context(
            viewport={"width": 1376, "height": 880},
            device_scale_factor=1.5,
            locale="en-GB",
            **given,
        )
        page = context.new_page()
        page.goto(url)
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("link", name="Billing and Orders").first).to_be_visible()
        yield page


def take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def before(page: Page, url: str) -> None:
    """The list, a menu that says why not, the details, and the review."""
    page.goto(f"{url}/billing/agreements/")
    take(page, "list")
    row = page.get_by_role("row").filter(has_text="110 000 400 003")
    row.evaluate("each => each.scrollIntoView({ block: 'center' })")
    row.get_by_text("Actions").click()
    take(page, "why-not")
    page.goto(f"{url}/billing/agreements/{STORY.contract}/")
    take(page, "details")
    review(page, url)
    take(page, "review")


def review(page: Page, url: str) -> None:
    page.goto(f"{url}/billing/agreements/{STORY.contract}/update-reseller/")
    page.get_by_label("New partner account number").fill(STORY.new_partner)
    page.get_by_role("button", name="Find").click()
    page.get_by_text("Next", exact=True).click()
    expect(page.get_by_role("heading", name="Review")).to_be_visible()


def after(page: Page) -> None:
    """Submit, and the page of the change once every system has acknowledged it."""
    page.get_by_label("Reason").fill("One partner for all our offices.")
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("link", name="PC-").first.click()
    for system in ("CRM", "ERP", "Commissions"):
        expect(page.get_by_text(f"{system} knows")).to_be_visible(timeout=SLOWEST)
    page.reload()
    take(page, "change")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with demo() as url:
        with signed_in(url, STORY.primary_admin, color_scheme="dark") as page:
            page.goto(f"{url}/billing/agreements/{STORY.contract}/")
            take(page, "details-dark")
        with signed_in(url, STORY.primary_admin) as page:
            before(page, url)
            after(page)


if __name__ == "__main__":
    main()
