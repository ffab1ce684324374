"""kill -9 of the server while a system submits many at once: every yes is kept, and kept once."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import Any

import httpx
import pytest

from ofrecord.parties.scopes import HELD_BY
from tests.api.systems import System, system
from tests.cast import Cast, of_record
from tests.databases import Copy
from tests.faults.customers import TRIES_FOR
from tests.faults.processes import Installation
from tests.faults.test_kills import Killer, requested

pytestmark = pytest.mark.slow
SUBMITS = 300
AT_ONCE = 12
CREATED = 201


@pytest.fixture
def cast(fresh_database: Copy) -> Cast:
    return Cast.enter()


@pytest.fixture
def erp(cast: Cast) -> System:
    return system("ERP", "vendor", HELD_BY["vendor"])


@pytest.fixture
def installation(fresh_database: Copy) -> Iterator[Installation]:
    running = Installation({**fresh_database.env, "OFRECORD_API_CALLS_PER_MINUTE": "100000"})
    try:
        yield running
    finally:
        running.end()


class Line:
    """A connection of the system, which asks again with the same key until it is answered."""

    def __init__(self, installation: Installation, erp: System, until_then: ExitStack) -> None:
        base = f"{installation.url}/api/v1"
        self.http = until_then.enter_context(httpx.Client(base_url=base, timeout=20))
        self.http.headers["Authorization"] = f"Bearer {erp.token}"
        self.lost = 0

    def submit(self, reference: str) -> bytes:
        """The bytes of the answer to what is asked for under this agreement's key."""
        deadline = time.monotonic() + TRIES_FOR
        while not (answer := self.once(reference)):
            assert time.monotonic() < deadline, f"no answer for {reference}"
            time.sleep(0.1)
        return answer

    def once(self, reference: str) -> bytes:
        """The same for one try; empty where there was no answer, or one to try again."""
        body: dict[str, Any] = {
            "agreements": [reference],
            "partner": "7200000002",
            "on_behalf_of": "pia@example.com",
            "reason": "Closer to us.",
        }
        try:
            answer = self.http.post(
                "/partner-changes", json=body, headers={"Idempotency-Key": f"key-{reference}"}
            )
        except httpx.TransportError:
            self.lost += 1
            return b""
        assert answer.status_code in (CREATED, 409, 503), answer.text
        return answer.content if answer.status_code == CREATED else b""


@contextmanager
def lines(installation: Installation, erp: System) -> Iterator[list[Line]]:
    with ExitStack() as open_:
        yield [Line(installation, erp, open_) for _ in range(AT_ONCE)]


def number(answer: bytes) -> str:
    (change,) = json.loads(answer)["changes"]
    return str(change["number"])


def test_three_hundred_submits_at_once_while_the_server_is_killed(
    installation: Installation, cast: Cast, erp: System
) -> None:
    references = [cast.contract() for _ in range(SUBMITS)]
    installation.serve()
    with lines(installation, erp) as desks, ThreadPoolExecutor(AT_ONCE) as beside:
        killer = Killer(installation, seed=11, worker=False)
        killer.start()
        parts = [references[place::AT_ONCE] for place in range(AT_ONCE)]
        done = list(beside.map(lambda desk, part: list(map(desk.submit, part)), desks, parts))
        killer.has_killed(3)
        killer.stop()
        pairs = (zip(part, each, strict=True) for part, each in zip(parts, done, strict=True))
        answers = dict(chain.from_iterable(pairs))
        again = {reference: desks[0].submit(reference) for reference in references[:40]}
    assert sum(desk.lost for desk in desks) > 0, "no answer was ever lost"
    assert requested() == {ref: [number(each)] for ref, each in answers.items()}
    assert sorted(answers) == sorted(references)
    assert again == {reference: answers[reference] for reference in again}
    assert all(of_record(ref) == {("Gorse Digital", "reseller", None)} for ref in references)
    installation.verified()


@pytest.mark.parametrize("point", ["after_lock", "before_commit", "after_commit"])
def test_each_of_those_that_go_together_is_one_change_when_it_is_asked_for_again(
    installation: Installation, cast: Cast, erp: System, point: str
) -> None:
    references = [cast.contract() for _ in range(AT_ONCE)]
    installation.serve(OFRECORD_FAILPOINT=f"submit.{point}")
    with lines(installation, erp) as desks, ThreadPoolExecutor(AT_ONCE) as beside:
        first = list(beside.map(Line.once, desks, references))
        assert not all(first), "it died before it answered all"
        assert installation.died_at(f"submit.{point}")
        installation.kill_server()
        installation.serve()
        done = beside.map(Line.submit, desks, references)
        answers = dict(zip(references, done, strict=True))
    assert requested() == {ref: [number(each)] for ref, each in answers.items()}
    installation.verified()
