"""A real Chromium for the browser tests, and what axe finds on a page."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Locator, Page, sync_playwright

QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
POINTED = ("check", "click", "hover", "uncheck")
# Until each movement that has an end has come to it.
STILL = """() => Promise.allSettled(
    document.getAnimations()
        .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
        .map(each => each.finished)
)"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of the machine; `OFRECORD_CHROMIUM` names one."""
    path = os.environ.get("OFRECORD_CHROMIUM") or shutil.which("chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        for act in POINTED:
            patch.setattr(Locator, act, _when_loaded(getattr(Locator, act)))
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


def _when_loaded(act: Callable[..., Any]) -> Callable[..., Any]:
    """Nobody can point at a page before it is painted, but Playwright can.

    It is laid out then with the styles that came so far, and what was pressed may move away from
    below the pointer before that is let go.
    """

    @wraps(act)
    def acts(locator: Locator, *given: Any, **named: Any) -> Any:
        locator.page.wait_for_load_state()
        return act(locator, *given, **named)

    return acts


class _Threads(ThreadingMixIn, WSGIServer):
    """A page asks for its styles and scripts all at once; a call that is not let in waits long."""

    daemon_threads = True
    request_queue_size = 128


class _Silent(WSGIRequestHandler):
    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The address at which this process serves the product meanwhile."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), _Threads, _Silent)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def violations(page: Page) -> list[str]:
    """What axe has to say against the page when it stands still, a line for each place."""
    page.wait_for_load_state()
    page.evaluate(STILL)
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def follow(page: Page, link: Locator) -> None:
    """Click a link, and be on its page."""
    with page.expect_navigation():
        link.click()


def complaints(page: Page) -> list[str]:
    """A list that grows with each error of a script, and each breach of the security policy."""
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
