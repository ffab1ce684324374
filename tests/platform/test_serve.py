"""The server as it is started, with its pages, its styles and its end."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import psutil
import psycopg
import pytest

from ofrecord.cli.serve import threads_of
from tests.databases import Copy

pytestmark = pytest.mark.slow

Serve = Callable[..., "tuple[subprocess.Popen[bytes], str]"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def serve(fresh_database: Copy) -> Iterator[Serve]:
    """Start a server with these settings; it answers by the time that it is returned."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(port: int | None = None, **given: str) -> "tuple[subprocess.Popen[bytes], str]":
        url = f"http://127.0.0.1:{port or (port := free_port())}"
        words = ["serve", "--port", str(port), "--workers", "1"]
        env = {**fresh_database.env, "OFRECORD_BASE_URL": url, **given}
        servers.append(subprocess.Popen([sys.executable, "-m", "ofrecord", *words], env=env))
        wait_until(lambda: answers(url) or servers[-1].poll() is not None)
        assert servers[-1].poll() is None, "the server did not start"
        return servers[-1], url

    yield start
    for server in servers:
        server.terminate()
        server.wait(20)


@pytest.mark.parametrize(("workers", "threads"), [(1, 16), (4, 16), (8, 8), (64, 1)])
def test_all_processes_together_leave_connections_to_others(workers: int, threads: int) -> None:
    assert threads_of(workers) == threads


def stylesheets(url: str) -> list[httpx.Response]:
    page = httpx.get(f"{url}/sign-in/login/")
    assert page.status_code == 200
    found = re.findall(r'href="(/static/[^"]+\.css)', page.text)
    assert found
    return [httpx.get(url + address) for address in found]


def test_pages_come_with_their_styles_and_without_inline_ones(serve: Serve) -> None:
    _, url = serve()
    for sheet in stylesheets(url):
        assert sheet.status_code == 200
        assert sheet.headers["content-type"].startswith("text/css")
    policy = httpx.get(f"{url}/sign-in/login/").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_in_production_styles_are_kept_by_browsers_for_ever(serve: Serve) -> None:
    _, url = serve(OFRECORD_ENV="production")
    for sheet in stylesheets(url):
        assert sheet.status_code == 200
        assert "max-age=31536000" in sheet.headers["cache-control"]


def test_an_unknown_host_is_refused(serve: Serve) -> None:
    _, url = serve()
    answer = httpx.get(f"{url}/sign-in/login/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400


def test_a_server_that_was_killed_leaves_its_port_to_the_next(serve: Serve) -> None:
    server, url = serve()
    server.kill()
    server.wait()
    assert not answers(url), "its worker went on"
    _, again = serve(port=int(url.rsplit(":", 1)[1]))
    assert answers(again)


def test_a_worker_that_is_being_started_ends_with_its_server(serve: Serve) -> None:
    """It would answer in place of the next server, and with what that one was to replace."""
    server, url = serve()
    family = psutil.Process(server.pid)
    (first,) = family.children()
    first.kill()
    wait_until(lambda: any(each != first for each in family.children()))
    server.kill()
    server.wait()
    until = time.monotonic() + 1
    while time.monotonic() < until:
        assert not answers(url), "the worker went on"


def test_a_server_that_is_interrupted_ends_at_once_and_well(serve: Serve) -> None:
    server, url = serve()
    server.terminate()
    assert server.wait(15) == 0
    assert not answers(url)


def test_the_database_may_be_away_for_a_moment(serve: Serve, fresh_database: Copy) -> None:
    _, url = serve()
    ready = f"{url}/readyz"
    assert httpx.get(ready).status_code == 200
    with psycopg.connect(fresh_database.admin_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert httpx.get(ready).status_code == 200


def test_the_server_keeps_its_connections(serve: Serve, fresh_database: Copy) -> None:
    _, url = serve()
    before = connected(fresh_database)
    assert httpx.get(f"{url}/readyz").status_code == 200
    kept = connected(fresh_database) - before
    assert kept
    assert httpx.get(f"{url}/readyz").status_code == 200
    assert connected(fresh_database) >= kept


def connected(database: Copy) -> set[int]:
    """The processes that serve the server's connections, between two requests."""
    with psycopg.connect(database.admin_url) as admin:
        found = admin.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'ofrecord'"
        )
        return {pid for (pid,) in found}
