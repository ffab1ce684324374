"""PostgreSQL is killed under load: it comes back, and the server goes on without being told."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from ofrecord.cli import cluster
from tests.faults.customers import Admin
from tests.faults.processes import Installation, own_environment, until

pytestmark = pytest.mark.slow

SUBMITS = 60


@pytest.fixture
def home() -> Iterator[Path]:
    with TemporaryDirectory(prefix="ofrecord-", ignore_cleanup_errors=True) as directory:
        yield Path(directory) / "home"


@pytest.fixture
def installation(home: Path) -> Iterator[Installation]:
    running = Installation(own_environment(str(home)))
    try:
        yield running
    finally:
        running.end()


def known(installation: Installation) -> dict[str, list[str]]:
    """The numbers of the changes that each agreement has been asked for."""
    ran = installation.run("change", "list", "--limit", "1000", "--json")
    assert ran.returncode == 0, ran.stderr
    made: dict[str, list[str]] = {}
    for each in json.loads(ran.stdout)["changes"]:
        made.setdefault(each["agreement"], []).append(each["number"])
    return made


def kill_database(home: Path) -> None:
    """kill -9 of PostgreSQL; returns when another one has been started in its place."""
    gone = cluster.running(home)
    assert gone
    gone.kill()
    until(lambda: cluster.running(home) not in (None, gone))


def test_the_server_goes_on_after_postgresql_was_killed(
    installation: Installation, home: Path
) -> None:
    installation.serve()
    installation.work()
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.world", str(SUBMITS)],
        env=dict(installation.environment),
        check=True,
        capture_output=True,
        text=True,
    )
    world = json.loads(told.stdout)
    server = psutil.Process(installation.server.pid if installation.server else 0)
    workers = {child.pid for child in server.children(recursive=True)}
    people = [Admin(installation.url, email, world["partner"]) for email in world["people"]]
    for person in people:
        person.sign_in().find(world["contracts"][0])
    with ThreadPoolExecutor(4) as desks:
        done = [
            desks.submit(people[place % 2].change, ref)
            for place, ref in enumerate(world["contracts"])
        ]
        for _ in range(2):
            time.sleep(1.0)
            kill_database(home)
        for each in done:
            each.result()
    for person in people:
        person.http.close()
    assert sum(person.lost for person in people) > 0, "nobody noticed"
    assert workers == {child.pid for child in server.children(recursive=True)}, "the same process"
    made = known(installation)
    answered = {ref: number for person in people for ref, number in person.yes.items()}
    assert made == {ref: [number] for ref, number in answered.items()}
    assert sorted(made) == sorted(world["contracts"])
    installation.verified()
