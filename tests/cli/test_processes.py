"""Commands as processes of their own: streams, exit codes, zones, the very first run."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.cast import Cast
from tests.databases import Copy

pytestmark = pytest.mark.slow

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run(*words: str, **given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ofrecord", *words],
        env={**os.environ, **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def checked(ref: str, **given: str) -> dict[str, Any]:
    ended = run("change", "check", ref, "--json", **given)
    (check,) = json.loads(ended.stdout)["checks"]
    assert ended.returncode == (0 if check["available"] else 3)
    return dict(check)


def codes(check: dict[str, Any]) -> list[str]:
    return [verdict["code"] for verdict in check["verdicts"]]


def test_today_is_the_date_in_the_vendors_zone(fresh_cast: Cast) -> None:
    """Where the day begins first it is 90 days before the end; where it ends last, 91 or more."""
    first, last = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
    ref = fresh_cast.contract()
    end = datetime.fromisoformat(
        json.loads(run("agreement", "show", ref, "--json").stdout)["terms"][0]["end_on"]
    ).date()
    moved = end - timedelta(days=90) - datetime.now(first).date()
    near = {"OFRECORD_TODAY": (datetime.now(first).date() + moved).isoformat()}
    assert codes(checked(ref, OFRECORD_TIME_ZONE=first.key, **near)) == ["near_expiration"]
    far = {"OFRECORD_TODAY": (datetime.now(last).date() + moved).isoformat()}
    assert codes(checked(ref, OFRECORD_TIME_ZONE=last.key, **far)) == []


def test_the_moved_date_moves_every_boundary(fresh_cast: Cast) -> None:
    ref = fresh_cast.contract()
    terms = json.loads(run("agreement", "show", ref, "--json").stdout)["terms"]
    end = datetime.fromisoformat(terms[0]["end_on"]).date()
    zone = {"OFRECORD_TIME_ZONE": "America/New_York"}
    for days, expected in ((91, []), (90, ["near_expiration"]), (-1, ["expired"])):
        today = (end - timedelta(days=days)).isoformat()
        assert codes(checked(ref, OFRECORD_TODAY=today, **zone)) == expected


def test_the_moved_date_is_refused_in_production(fresh_cast: Cast) -> None:
    ended = run("settings", OFRECORD_ENV="production", OFRECORD_TODAY="2026-01-01")
    assert ended.returncode == 0
    ended = run(
        *("change", "check", "1", "--json"),
        OFRECORD_ENV="production",
        OFRECORD_TODAY="2026-01-01",
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "OFRECORD_TODAY" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_does_not_answer_is_one_sentence() -> None:
    nowhere = "postgresql://nobody:x@127.0.0.1:1/none"
    ended = run("change", "show", "PC-1", DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr


def test_a_database_that_is_not_migrated_is_one_sentence(fresh_database: Copy) -> None:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
    ended = run("change", "list", "--json")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "ofrecord migrate" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_very_first_run_writes_json_alone_to_standard_output(tmp_path: Path) -> None:
    home = {"OFRECORD_HOME": str(tmp_path / "home"), "DATABASE_URL": "", "DATABASE_OWNER_URL": ""}
    ended = run("change", "check", "400000000001", "--json", **home)
    assert ended.returncode == 4
    (line,) = ended.stdout.splitlines()
    assert json.loads(line)["checks"][0]["verdicts"][0]["code"] == "not_found"
