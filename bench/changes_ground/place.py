"""An installation of its own, served as installations are, with a system that calls it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import httpx
import psycopg

from bench.changes_ground import book, reference
from ofrecord.cli.demo.place import any_free_port

ROOT = Path(__file__).resolve().parents[2]
imports, lists = import_module("bench.import"), import_module("bench.lists")
ADDRESSES = """
import json
from ofrecord.cli import embedded
known = embedded.addresses()
print(json.dumps([known.owner_url, known.runtime_url]))
"""
SCOPES = ("changes:write", "changes:read")


@dataclass(frozen=True)
class Place:
    """Where everything is. `singly` agreements are in small accounts, `together` in a large one."""

    env: dict[str, str]
    url: str
    token: str
    runtime_url: str
    singly: int
    together: int

    @property
    def references(self) -> list[str]:
        """Those of the large account."""
        return [book.reference(self.singly + k) for k in range(self.together)]

    def asked(self, sql: str, *given: object) -> list[tuple[object, ...]]:
        """Rows, seen as the system sees them."""
        with psycopg.connect(self.runtime_url) as runtime:
            runtime.execute("SELECT set_config('ofrecord.scope', 'system', true)")
            return runtime.execute(sql.encode(), given).fetchall()


@contextmanager
def installed(singly: int, together: int, *options: str) -> Iterator[Place]:
    with imports.installation() as plain, tempfile.TemporaryDirectory() as directory:
        env = {**plain, "OFRECORD_API_CALLS_PER_MINUTE": "100000000"}
        book.write(Path(directory), singly, together)
        imports.imported(env, Path(directory), "imported")
        owner_url, runtime_url = json.loads(lists.ofrecord(env, "-c", ADDRESSES))
        reference.install(owner_url)
        with lists.served(env, *options) as url:
            yield Place(env, url, _token(env, url), runtime_url, singly, together)


def _token(env: dict[str, str], url: str) -> str:
    words = ("-m", "ofrecord", "client", "add", "bench", "--belongs-to", "vendor", "--json")
    scopes = (word for scope in SCOPES for word in ("--scope", scope))
    client = json.loads(lists.ofrecord(env, *words, *scopes))
    known = (client["client_id"], client["client_secret"])
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{url}/api/v1/oauth/token", data=form, auth=known).raise_for_status()
    return str(answer.json()["access_token"])


@contextmanager
def receiver(place: Place) -> Iterator[None]:
    """A system that acknowledges at once, of which every change waits."""
    port = any_free_port()
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    words = [sys.executable, "-m", "bench.changes_ground.receiver", str(port)]
    endpoint = ("-m", "ofrecord", "endpoint", "add", f"http://127.0.0.1:{port}/", "--required")
    with subprocess.Popen(words, env=env) as process:
        try:
            lists.ofrecord(place.env, *endpoint, "--name", "fast")
            yield
        finally:
            process.terminate()


@contextmanager
def worker(place: Place) -> Iterator[None]:
    words = [sys.executable, "-m", "ofrecord", "worker"]
    with subprocess.Popen(words, env=place.env, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(3)
            yield
        finally:
            process.terminate()


def deliveries(place: Place, state: str) -> int:
    """How many are in this state."""
    ((count,),) = place.asked("SELECT count(*) FROM delivery WHERE state = %s", state)
    return int(str(count))
