"""How long a page of Subscriptions and Contracts takes, for the largest account of a dirty book.

    python bench/lists.py [--agreements N] [--times N]

The book is imported into an installation of its own and served as an installation is; each page
is asked for over HTTP by somebody who is signed in, one request after the other, and the same
pages again with 8 requests at a time. Times are those of the whole answer.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from ofrecord.cli.demo.place import any_free_port  # noqa: E402  # found by the path set above
from tests.feeds.register import write_register  # noqa: E402  # likewise

imports = import_module("bench.import")
EMAIL = "reader@bench.example"
PASSWORD = "slow-river-lantern-7"  # noqa: S105  # of a person who lives as long as the bench
LARGEST = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "ofrecord.settings"
from ofrecord.cli import ready
ready.make_ready()
from django.db import connection
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
with seeing(Actor.system()), connection.cursor() as cursor:
    cursor.execute('''
    SELECT account.account_number, held.count, product.product, partner.account_number
      FROM (SELECT account_id, count(*) FROM agreement GROUP BY 1) AS held
      JOIN account ON account.id = held.account_id
     CROSS JOIN LATERAL (SELECT product FROM subscription WHERE account_id = account.id
                          GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS product
     CROSS JOIN LATERAL (SELECT partner_id FROM tenure WHERE account_id = account.id
                          GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS most
      JOIN partner ON partner.id = most.partner_id
     ORDER BY held.count DESC LIMIT 1''')
    print(json.dumps(cursor.fetchone()))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, default=150_000)
    parser.add_argument("--times", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, imports.installation() as env:
        write_register(Path(directory), options.agreements)
        imports.imported(env, Path(directory), "imported")
        account, count, product, partner = largest(env)
        print(f"account {account} holds {count:,} of {options.agreements:,} agreements")
        with served(env) as url, signed_in(url) as browser:
            for name, query in pages(browser, product, partner):
                measure(browser, name, query, options.times)


def largest(env: dict[str, str]) -> tuple[str, int, str, str]:
    """The account with most agreements, and what it has most of; somebody there may sign in."""
    found = ofrecord(env, "-c", LARGEST)
    account, *rest = json.loads(found)
    person = ("-m", "ofrecord", "person")
    words = ("--name", "Reader", "--belongs-to", account, "--role", "secondary_admin")
    ofrecord(env, *person, "add", EMAIL, *words)
    ofrecord(env, *person, "password", EMAIL, "--stdin", given=f"{PASSWORD}\n")
    return account, *rest


def ofrecord(env: dict[str, str], *words: str, given: str = "") -> str:
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    command = [sys.executable, *words]
    return subprocess.run(command, env=env, check=True, text=True, input=given, **output).stdout


@contextmanager
def served(env: dict[str, str], *options: str) -> Iterator[str]:
    port = any_free_port()
    url = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "ofrecord", "serve", "--port", str(port), *options]
    with subprocess.Popen(
        words, env={**env, "OFRECORD_BASE_URL": url}, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while not answers(url):
                time.sleep(0.2)
            yield url
        finally:
            server.terminate()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def signed_in(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60, follow_redirects=True) as browser:
        page = browser.get("/sign-in/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        form = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        browser.post("/sign-in/login/", data=form, headers={"Referer": url})
        yield browser


def pages(browser: httpx.Client, product: str, partner: str) -> list[tuple[str, dict[str, str]]]:
    first = browser.get("/billing/agreements/").text
    later = re.search(r"[?&;]after=([\w-]+)", first)
    return [
        ("the first page", {}),
        ("the next page", {"after": later[1]}),
        ("can be changed", {"eligibility": "available"}),
        ("one partner", {"partner": partner}),
        ("one product", {"product": product}),
        ("ending in 90 days", {"expiring": "90"}),
        ("by partner", {"sort": "partner"}),
        ("a word", {"q": product.split()[0]}),
        ("a word that is nowhere", {"q": "zyzzyva"}),
    ]


def measure(browser: httpx.Client, name: str, query: dict[str, str], times: int) -> None:
    def asked(_turn: int) -> float:
        started = time.monotonic()
        browser.get("/billing/agreements/", params=query).raise_for_status()
        return (time.monotonic() - started) * 1000

    asked(0)
    alone = [asked(turn) for turn in range(times)]
    with ThreadPoolExecutor(8) as crowd:
        started = time.monotonic()
        together = list(crowd.map(asked, range(times * 4)))
        rate = len(together) / (time.monotonic() - started)
    print(
        f"{name:24} p50 {statistics.median(alone):6.0f} ms  p95 {p95(alone):6.0f} ms"
        f"   8 at a time: p50 {statistics.median(together):6.0f} ms"
        f"  p95 {p95(together):6.0f} ms  {rate:5.0f} a second"
    )


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


if __name__ == "__main__":
    main()
