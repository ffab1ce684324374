"""`ofrecord verify`, as people and programs call it."""

import json
import subprocess
import sys

import psycopg
import pytest

from tests.cast import Cast
from tests.databases import Copy

pytestmark = pytest.mark.slow


def run(database: Copy, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ofrecord", "verify", *words],
        env=database.env,
        capture_output=True,
        text=True,
    )


def test_a_clean_book(fresh_cast: Cast, fresh_database: Copy) -> None:
    fresh_cast.change(fresh_cast.contract())
    ran = run(fresh_database, "--json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["ok"]) == (0, True), ran.stderr
    assert all(check["violations"] == 0 and check["examples"] == [] for check in told["checks"])
    assert {"no_overlap", "replay", "chained", "alive"} < {each["name"] for each in told["checks"]}


def test_a_book_with_something_wrong(fresh_cast: Cast, fresh_database: Copy) -> None:
    reference = fresh_cast.contract()
    with psycopg.connect(fresh_database.admin_url) as admin:
        admin.execute("UPDATE agreement SET version = 7")
    ran = run(fresh_database, "--json", "--samples", "10")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["ok"]) == (1, False)
    (wrong,) = [check for check in told["checks"] if check["violations"]]
    assert wrong["name"] == "gapless"
    assert "version 7, last sequence 1" in wrong["examples"][0]
    for_people = run(fresh_database)
    assert for_people.returncode == 1
    assert "version 7, last sequence 1" in for_people.stdout
    assert reference not in for_people.stderr
