"""The embedded server comes with its first user, goes with its last, and survives being killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ofrecord.cli import cluster
from tests.platform.conftest import Run

USE = """
import sys, psycopg
from ofrecord.cli import embedded
database = embedded.ensure()
with psycopg.connect(database.runtime_url) as connection:
    row = connection.execute({sql!r}).fetchone()
print(*row, flush=True)
sys.stdin.read()
"""
START = (
    "SELECT current_user, pg_postmaster_start_time()::text,"
    " (SELECT count(*) FROM pg_roles WHERE rolname ~ '^ofrecord_')"
)
Use = Callable[..., "subprocess.Popen[str]"]

pytestmark = pytest.mark.slow


@pytest.fixture
def use(environment: dict[str, str], own_home: Path) -> Iterator[Use]:
    """Start a process that uses the server until its standard input ends."""
    users: list[subprocess.Popen[str]] = []

    def start(sql: str = START) -> subprocess.Popen[str]:
        users.append(
            subprocess.Popen(
                [sys.executable, "-c", USE.format(sql=sql)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return users[-1]

    yield start
    for user in users:
        user.kill()
        user.communicate()
    stopped(own_home)


def said(user: "subprocess.Popen[str]") -> str:
    assert user.stdout is not None
    return user.stdout.readline()


def stopped(home: Path) -> bool:
    """Whether server and keeper are gone, after giving them time."""
    deadline = time.monotonic() + 20
    while cluster.running(home) or keepers(home):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def keepers(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "ofrecord.cli.keeper" in words and str(home) in words:
            found.append(process)
    return found


def server(home: Path) -> psutil.Process:
    process = cluster.running(home)
    assert process is not None
    return process


def test_users_that_start_at_once_share_one_server(use: Use, own_home: Path) -> None:
    users = [use() for _ in range(8)]
    answers = {said(user) for user in users}
    assert len(answers) == 1
    assert answers.pop().startswith("ofrecord_runtime ")
    assert len(keepers(own_home)) == 1


def test_the_server_stops_with_its_last_user(use: Use, own_home: Path) -> None:
    first, last = use(), use()
    assert said(first) == said(last)
    first.communicate()
    time.sleep(1)
    assert cluster.running(own_home)
    last.communicate()
    assert stopped(own_home)
    assert not (own_home / "postgres" / "postmaster.pid").exists()


def test_a_user_that_was_killed_does_not_keep_the_server_alive(use: Use, own_home: Path) -> None:
    user = use()
    said(user)
    user.kill()
    assert stopped(own_home)
    assert said(use()).startswith("ofrecord_runtime ")


def test_a_server_that_was_killed_is_there_again_for_its_user(use: Use, own_home: Path) -> None:
    user = use()
    before = said(user)
    server(own_home).send_signal(signal.SIGKILL)
    assert said(use()) not in {"", before}


def test_a_user_that_waits_gets_its_server_back_without_asking(use: Use, own_home: Path) -> None:
    said(use())
    killed = server(own_home)
    killed.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while (now := cluster.running(own_home)) is None or now.pid == killed.pid:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_keeper_that_was_killed_is_replaced_by_the_next_user(use: Use, own_home: Path) -> None:
    before = said(use())
    for keeper in keepers(own_home):
        keeper.kill()
        keeper.wait()
    assert said(use()) == before, "the server goes on"
    assert len(keepers(own_home)) == 1


def test_everything_killed_at_once_is_no_harm(use: Use, own_home: Path) -> None:
    user = use("SELECT 1 FROM set_config('a.b', 'c', false)")
    said(user)
    for process in (*keepers(own_home), server(own_home)):
        process.kill()
    user.kill()
    assert said(use()).startswith("ofrecord_runtime ")


def test_a_process_id_that_another_program_got_is_no_hindrance(use: Use, own_home: Path) -> None:
    user = use()
    said(user)
    user.communicate()
    assert stopped(own_home)
    lock = own_home / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{own_home}/postgres\n1\n5432\n\n\n1 1\nready\n")
    account = cluster.account_for(own_home)
    os.chown(lock, account.pw_uid, account.pw_gid)
    assert said(use()).startswith("ofrecord_runtime ")


def test_being_killed_while_the_files_are_made_is_no_harm(use: Use, own_home: Path) -> None:
    for after in (0.1, 0.3, 0.6, 0.9):
        user = use()
        time.sleep(after)
        user.kill()
    assert said(use()).startswith("ofrecord_runtime ")


def test_a_home_with_a_long_path_works(
    environment: dict[str, str], own_home: Path, use: Use
) -> None:
    deep = own_home / ("a" * 60) / ("b" * 60)
    environment["OFRECORD_HOME"] = str(deep)
    user = use()
    assert said(user).startswith("ofrecord_runtime ")
    user.communicate()
    assert stopped(deep)


def test_a_server_that_cannot_start_says_why(run: Run, own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "postgres.json").write_text('{"shared_buffers": "much"}')
    done = run("migrate")
    assert done.returncode == 2
    assert "The embedded PostgreSQL did not start." in done.stderr
    assert 'invalid value for parameter "shared_buffers"' in done.stderr
    assert "Traceback" not in done.stderr


def test_neither_role_is_more_than_it_must_be(use: Use) -> None:
    user = use(
        "SELECT string_agg(concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcreatedb,"
        " rolcreaterole), ',' ORDER BY rolname) FROM pg_roles WHERE rolname ~ '^ofrecord_'"
    )
    assert said(user) == "ofrecord_owner f f f f,ofrecord_runtime f f f f\n"


def test_commands_migrate_in_a_queue_and_once(environment: dict[str, str], use: Use) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "ofrecord", "migrate"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    ends = [(command.communicate(), command.returncode) for command in commands]
    assert [code for _, code in ends] == [0, 0, 0, 0]
    assert [out for (out, _), _ in ends] == ["", "", "", ""]
    assert sorted(err.splitlines()[-1] for (_, err), _ in ends) == [
        "Migrated.",
        *["The database is up to date."] * 3,
    ]
