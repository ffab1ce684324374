"""`ofrecord demo`: one command brings everything up, keeps it up, and takes it down again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from ofrecord.changes.models import PartnerChange
from ofrecord.cli.demo import book, place
from ofrecord.cli.demo.load import load
from ofrecord.cli.demo.story import BOUNDARIES, CAST, PASSWORD, STORY
from ofrecord.cli.demo.trade import TRADES
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, RoleName
from ofrecord.quotes.models import Order, Quote, QuoteRequest, State
from tests.databases import FAST, Copy

pytestmark = pytest.mark.slow

ORDERED = sum(each.outcome == "accepted" for each in TRADES)
ROLES = {*RoleName.values, "contract_manager"}


def until(met: Callable[[], object], patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not met():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.1)


class Home:
    """An installation of its own on the embedded database."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.env = {
            **os.environ,
            "OFRECORD_HOME": str(directory),
            "DJANGO_SETTINGS_MODULE": "ofrecord.settings",
            "DATABASE_URL": "",
            "DATABASE_OWNER_URL": "",
        }
        directory.mkdir()
        (directory / "postgres.json").write_text(json.dumps(FAST))

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "ofrecord", *words]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120)

    def told(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)

    @contextmanager
    def demo(self, *words: str) -> Iterator[tuple[dict[str, Any], psutil.Process]]:
        command = [sys.executable, "-m", "ofrecord", "demo", "--json", *words]
        with subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout is not None
            try:
                yield json.loads(demo.stdout.readline()), psutil.Process(demo.pid)
                assert demo.stdout.read() == "", "standard output carries one line"
            finally:
                demo.kill()

    def stops(self, demo: psutil.Process, number: signal.Signals) -> None:
        """Everything that the demo started ends with it, its database too."""
        children = demo.children(recursive=True)
        assert len(children) >= 5
        demo.send_signal(number)
        until(lambda: all(map(ended, [demo, *children])))
        until(lambda: not (self.directory / "postgres" / "postmaster.pid").exists())


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def child(demo: psutil.Process, word: str) -> psutil.Process | None:
    alive = [each for each in demo.children() if not ended(each)]
    return next((each for each in alive if word in each.cmdline()), None)


def test_the_demo_from_its_first_start_to_its_last(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home.demo() as (told, demo):
        says_who_and_where(told)
        has_every_boundary(home)
        has_its_history(home)
        tells_three_systems(home, told)
        lets_three_systems_call(told)
        starts_its_worker_again(demo)
        runs_once_in_a_home(home, told)
        home.stops(demo, signal.SIGINT)
        assert demo.wait() == 0

    began = time.monotonic()
    with home.demo() as (again, demo):
        assert time.monotonic() - began < 30
        assert again["receivers"] == told["receivers"]
        assert again["api_clients"] == told["api_clients"]
        assert len(home.told("change", "list", "--limit", "1000")["changes"]) == 1 + history()
        home.stops(demo, signal.SIGKILL)

    with home.demo("--fresh") as (_fresh, demo):
        assert len(home.told("change", "list", "--limit", "1000")["changes"]) == history()
        assert home.told("verify")["ok"] is True
        home.stops(demo, signal.SIGTERM)


def history() -> int:
    """How many changes have happened: those of the past, and that of the one accepted quote."""
    return len(book.compose(clock.today()).history) + ORDERED


def says_who_and_where(told: dict[str, Any]) -> None:
    assert set(told) == {"url", "people", "receivers", "mailbox", "api_clients"}
    assert httpx.get(f"{told['url']}/readyz").status_code == 200
    assert told["mailbox"].startswith(told["url"])
    assert {person["role"] for person in told["people"]} == ROLES
    for person in told["people"]:
        assert set(person) == {"name", "email", "password", "role", "belongs_to"}
    delays = {each["name"]: each["delay_ms"] for each in told["receivers"]}
    assert set(delays) == {"CRM", "ERP", "Commissions"}
    assert max(delays, key=lambda name: delays[name]) == "ERP"
    assert all(each["required"] for each in told["receivers"])


def has_every_boundary(home: Home) -> None:
    checks = home.told("change", "check", *(each.reference for each in BOUNDARIES))["checks"]
    found = {c["agreement"]: tuple(verdict["code"] for verdict in c["verdicts"]) for c in checks}
    assert found == {each.reference: each.codes for each in BOUNDARIES}


def has_its_history(home: Home) -> None:
    scripted = book.compose(clock.today()).history
    changes = home.told("change", "list", "--limit", "1000")["changes"]
    assert len(changes) == history()
    cancelled = [each for each in scripted if each.cancelled_days_ago is not None]
    states = [change["state"] for change in changes]
    assert states.count("cancelled") == len(cancelled)
    to_come = [
        each
        for each in scripted
        if each.effective_on and each.effective_on > clock.today() and each not in cancelled
    ]
    assert states.count("scheduled") == len(to_come)
    assert states.count("complete") == history() - len(cancelled) - len(to_come)


def tells_three_systems(home: Home, told: dict[str, Any]) -> None:
    submitted = home.told(
        *("change", "submit", STORY.contract, "--partner", STORY.new_partner),
        *("--by", STORY.contract_manager, "--reason", "Closer to our site"),
    )
    (change,) = submitted["changes"]
    assert change["state"] == "applied"
    until(lambda: home.told("change", "show", change["number"])["state"] == "complete")
    for receiver in told["receivers"]:
        kept = httpx.get(f"{receiver['url']}deliveries").json()["deliveries"]
        assert kept[0]["subject"] == STORY.contract
        assert kept[0]["body"]["data"]["change"] == change["number"]


def lets_three_systems_call(told: dict[str, Any]) -> None:
    api = f"{told['url']}/api/v1"
    for client in told["api_clients"]:
        pair = (client["client_id"], client["client_secret"])
        form = {"grant_type": "client_credentials"}
        token = httpx.post(f"{api}/oauth/token", data=form, auth=pair).json()
        assert set(token["scope"].split()) == set(client["scopes"])
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        events = httpx.get(f"{api}/events", headers=bearer)
        assert events.status_code == 200
        assert bool(events.json()["events"]) == (client["belongs_to"] != STORY.new_partner)
    assert [client["belongs_to"] for client in told["api_clients"]] == [
        "vendor",
        STORY.account,
        STORY.new_partner,
    ]


def starts_its_worker_again(demo: psutil.Process) -> None:
    before = child(demo, "worker")
    assert before
    before.kill()
    until(lambda: (now := child(demo, "worker")) and now.pid != before.pid)


def runs_once_in_a_home(home: Home, told: dict[str, Any]) -> None:
    second = home.run("demo", "--json")
    assert (second.returncode, second.stdout) == (1, "")
    assert told["url"] in second.stderr
    port = told["url"].rpartition(":")[2]
    other = Home(home.directory.parent / "other")
    taken = other.run("demo", "--port", port)
    assert (taken.returncode, taken.stdout) == (1, "")
    assert port in taken.stderr
    assert "Traceback" not in taken.stderr + second.stderr


@pytest.fixture
def own_place(fresh_database: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OFRECORD_HOME", str(tmp_path))
    place.directory().mkdir()
    return tmp_path


def test_a_load_that_was_interrupted_goes_on_where_it_stopped(own_place: Path) -> None:
    def interrupted(what: str, done: int, _total: int) -> None:
        if (what, done) in left:
            left.remove((what, done))
            raise KeyboardInterrupt

    left = [("History", 40), ("Quotes", 4)]
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            load(interrupted)
    assert load(silently)
    with seeing(Actor.system()):
        changes = PartnerChange.objects.exclude(occasion="load")
        assert changes.count() == history()
        assert Quote.objects.count() == len(TRADES) - 1
    assert load(silently)


def test_everybody_of_the_cast_can_sign_in_and_nobody_else(own_place: Path) -> None:
    load(silently)
    able = {each.email for each in Person.objects.all() if each.has_usable_password()}
    assert able == {member.email for member in CAST}
    assert all(Person.objects.get(email=member.email).check_password(PASSWORD) for member in CAST)


def test_another_book_is_neither_mixed_with_nor_thrown_away(
    own_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.cast import Cast

    Cast.enter()
    assert load(silently) is False
    assert place.remembered() == {}
    with pytest.raises(place.CannotStart, match="DATABASE_URL"):
        place.start_over()


def test_there_is_a_quote_in_every_state_and_a_request_that_waits(own_place: Path) -> None:
    load(silently)
    with seeing(Actor.system()):
        assert {each.standing for each in Quote.objects.all()} == set(State)
        waiting = QuoteRequest.objects.filter(state="open")
        assert {each.partner.account_number for each in waiting} == {
            *(STORY.reseller, STORY.new_partner)
        }
        ordered = PartnerChange.objects.get(occasion="order")
        assert ordered.cause == f"order/{Order.objects.get().number}"


def silently(_what: str, _done: int, _total: int) -> None:
    return
