"""Server and worker are killed in the middle of 200 submits, and started again.

Nothing that was answered yes is lost, nothing that was answered no is there, whatever had no
answer is settled by sending the same form again, and the receiver has every event.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from queue import Empty, Queue
from threading import Thread

import httpx
import pytest

from ofrecord.changes.models import PartnerChange
from ofrecord.cli.verify import verify
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, of_record, types
from tests.databases import Copy
from tests.delivery.receiver import receiving
from tests.security.people import PASSWORD, with_password

pytestmark = pytest.mark.slow

GORSE = "7200000002"
KILLED_AFTER = 80
BLANK = {
    "partner": GORSE,
    "fingerprints": "",
    "key": "blank",
    "reviewed_on": "",
    "on": "",
    "when": "now",
    "reason": "Closer to us.",
}


class Processes:
    """A server and a worker, each in a process group of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **environment,
            "OFRECORD_BASE_URL": self.url,
            "OFRECORD_PRIVATE_ENDPOINTS": "true",
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        for words in (["serve", "--port", self.port, "--workers", "1"], ["worker"]):
            self.running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "ofrecord", *words],
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        until(self._answers)

    def kill(self) -> None:
        """As a power cut does: all of them at once, and nobody is asked."""
        for process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
        for process in self.running:
            process.wait(20)
        self.running = []

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz").status_code == 200
        except httpx.TransportError:
            return False


@dataclass
class Log:
    """What the browsers were told: yes, no, or nothing, with the form that they had sent."""

    yes: dict[str, str] = field(default_factory=dict)
    no: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, tuple[httpx.Client, dict[str, str]]] = field(default_factory=dict)


@pytest.fixture
def processes(fresh_database: Copy) -> Iterator[Processes]:
    made = Processes(fresh_database.env)
    yield made
    made.kill()


def test_killed_in_the_middle_of_two_hundred_submits(
    fresh_cast: Cast, processes: Processes
) -> None:
    references = [fresh_cast.contract() for _ in range(190)]
    refused = [fresh_cast.contract(days=20) for _ in range(10)]
    for name in ("pia", "sam"):
        with_password(fresh_cast.people[name])
    log = Log()
    with receiving() as receiver, ExitStack() as opened:
        add_endpoint(receiver.url, "ledger", required=True, by=Actor.system("cli"))
        processes.start()
        browsers = [
            opened.enter_context(_browser(processes.url, name, references[0]))
            for name in ("pia", "sam") * 2
        ]
        rest = _submit_all(browsers, log, [*refused, *references], processes.kill)
        assert rest, "they were killed too late for the test to say anything"
        processes.start()
        _send_again(log)
        assert _submit_all(browsers, log, rest) == [] and log.unknown == {}
        until(_complete, patience=60)
        until(_settled, patience=60)
        told = {each.event["id"] for each in receiver.acknowledged}
    for reference in references:
        told_of = [each.place[1] for each in receiver.got if each.place[0] == reference]
        assert list(dict.fromkeys(told_of)) == sorted(set(told_of)) == [2, 3]

    assert set(log.no) == set(refused)
    assert set(log.yes) == set(references)
    with seeing(Actor.system()):
        requested = PartnerChange.objects.filter(occasion="request").select_related("agreement")
        kept = {change.agreement.reference: change.number for change in requested}
        applied = {str(change.applied_event) for change in requested}
    assert kept == log.yes
    assert applied <= told
    assert all(types(reference) == ["agreement.loaded"] for reference in refused)
    assert all(of_record(ref) == {("Gorse Digital", "reseller", None)} for ref in references)
    assert {each.name: each.examples for each in verify() if each.violations} == {}


def _submit_all(
    browsers: Sequence[httpx.Client],
    log: Log,
    references: Sequence[str],
    kill: Callable[[], None] | None = None,
) -> list[str]:
    """Submit all of them with several browsers; those that were not sent when it went dark."""
    queue: Queue[str] = Queue()
    for reference in references:
        queue.put(reference)
    threads = [Thread(target=_browse, args=[browser, queue, log]) for browser in browsers]
    for thread in threads:
        thread.start()
    if kill:
        until(lambda: len(log.yes) >= KILLED_AFTER, patience=60)
        kill()
    for thread in threads:
        thread.join(120)
    return list(queue.queue)


def _browse(browser: httpx.Client, queue: "Queue[str]", log: Log) -> None:
    """Review and submit, one after the other, until there are no more or nobody answers."""
    while True:
        try:
            reference = queue.get_nowait()
        except Empty:
            return
        try:
            page = browser.get(_review(reference), params={"partner": GORSE})
        except httpx.TransportError:
            queue.put(reference)
            return
        if not _send(browser, reference, {**BLANK, **_form(page.text)}, log):
            return


def _send(browser: httpx.Client, reference: str, form: dict[str, str], log: Log) -> bool:
    """Submit; whether there was an answer."""
    try:
        answer = browser.post(_review(reference), data=form)
    except httpx.TransportError:
        log.unknown[reference] = browser, form
        return False
    if answer.status_code == 302:
        log.yes[reference] = answer.headers["location"].partition("change=")[2]
    else:
        log.no[reference] = answer.status_code
    return True


def _send_again(log: Log) -> None:
    """What had no answer is sent again as it was, from the same browser."""
    again, log.unknown = log.unknown, {}
    for reference, (browser, form) in again.items():
        assert _send(browser, reference, form, log)


@contextmanager
def _browser(url: str, name: str, reference: str) -> Iterator[httpx.Client]:
    """A browser in which somebody has signed in, and found the new partner."""
    with httpx.Client(base_url=url, timeout=30) as browser:
        token = _form(browser.get("/sign-in/login/").text)["csrfmiddlewaretoken"]
        login = {"login": f"{name}@example.com", "password": PASSWORD}
        answer = browser.post("/sign-in/login/", data={**login, "csrfmiddlewaretoken": token})
        assert answer.status_code == 302, answer.text
        address = f"/billing/agreements/{reference}/update-reseller/"
        token = _form(browser.get(address).text)["csrfmiddlewaretoken"]
        browser.post(address, data={"number": GORSE, "csrfmiddlewaretoken": token})
        yield browser


def _review(reference: str) -> str:
    return f"/billing/agreements/{reference}/update-reseller/review/"


def _form(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    named = [(re.search(r'name="([^"]*)"', f), re.search(r'value="([^"]*)"', f)) for f in fields]
    return {name[1]: unescape(value[1] if value else "") for name, value in named if name}


def _complete() -> bool:
    with seeing(Actor.system()):
        return not PartnerChange.objects.filter(state="applied").exists()


def _settled() -> bool:
    with seeing(Actor.system()):
        return not Delivery.objects.filter(state="waiting").exists()


def until(holds: Callable[[], bool], patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
