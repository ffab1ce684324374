"""The receiver of the page on connecting a system is the one that is run here."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from ofrecord.cli.demo.place import any_free_port
from tests.docs.pages import ROOT, Page

EXAMPLES = ROOT / "docs" / "examples"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = (
    '{"id":"e-1","type":"partner_change.applied","subject":"120000000018",'
    '"data":{"after":[{"name":"Kestrel Design Systems"}]}}'
)

Post = Callable[..., int]


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """Where the receiver writes what it has to say."""
    return tmp_path / "said"


@pytest.fixture
def post(tmp_path: Path, said: Path) -> Iterator[Post]:
    """Send the event to the example, signed with a secret; the status it answers with."""
    port = any_free_port()
    command = [
        sys.executable,
        str(EXAMPLES / "receiver.py"),
        str(port),
        str(tmp_path / "events.db"),
    ]
    env = {**os.environ, "RECEIVER_SECRET": SECRET}
    with said.open("w") as output, subprocess.Popen(command, env=env, stdout=output) as running:

        def send(secret: str = SECRET) -> int:
            now = datetime.now(UTC)
            headers = {
                "webhook-id": "e-1",
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(secret).sign("e-1", now, BODY),
            }
            url = f"http://127.0.0.1:{port}/"
            return httpx.post(url, content=BODY, headers=headers).status_code

        wait_for(port)
        yield send
        running.terminate()


def wait_for(port: int) -> None:
    """Wait until the receiver answers, if only that it knows no GET."""
    deadline = time.monotonic() + 20
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
            return
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("page", "example"),
    [
        ("connect-a-system", "receiver"),
        ("use-the-api", "change_partner"),
        ("prove-it", "check_document"),
    ],
)
def test_the_page_shows_the_example(page: str, example: str) -> None:
    shown = Page(ROOT / "docs" / "how-to" / f"{page}.md").blocks("python")
    assert shown == [(EXAMPLES / f"{example}.py").read_text()]


def test_an_event_that_comes_twice_is_acknowledged_twice_and_told_once(
    post: Post, said: Path
) -> None:
    assert (post(), post()) == (204, 204)
    assert said.read_text() == "120000000018 is now with Kestrel Design Systems\n"


def test_an_event_that_somebody_else_signed_is_refused(post: Post, said: Path) -> None:
    assert post(secret="whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY") == 401
    assert said.read_text() == ""
