"""What statements and anchors cost on a large book.

    python bench/proof.py [--agreements N] [--stated N] [--times N]

Imports a dirty book into an installation of its own, anchors all its streams, then one stream
that has moved since, states the partners of record of many agreements and of one, draws both
documents of one agreement, and has verify hold the whole journal against the anchors.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.feeds.register import write_register  # noqa: E402  # found by the path set above


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, default=150_000)
    parser.add_argument("--stated", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, installation(Path(directory) / "home"):
        book = Path(directory) / "book"
        book.mkdir()
        write_register(book, options.agreements)
        measure(book, options.stated, options.times)


@contextmanager
def installation(home: Path) -> Iterator[None]:
    """An installation of its own, whose server is stopped at the end."""
    os.environ.update(OFRECORD_HOME=str(home), DJANGO_SETTINGS_MODULE="ofrecord.settings")
    from ofrecord.cli import embedded
    from ofrecord.cli.ready import make_ready

    make_ready()
    yield
    from django.db import connections

    connections.close_all()
    embedded.let_go()


def measure(book: Path, stated: int, times: int) -> None:
    from django.db import connection

    from ofrecord.agreements.models import Agreement
    from ofrecord.changes.paper import statement_page
    from ofrecord.changes.statement import statement
    from ofrecord.cli.verify import anchored
    from ofrecord.feeds.load import import_book
    from ofrecord.journal import anchors, clock, keys
    from ofrecord.parties.actors import Actor
    from ofrecord.parties.context import seeing

    actor = Actor.system("cli")
    import_book(book, by=actor, accept_good=True)
    with seeing(actor), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT (stream, subject_id)), count(*) FROM event")
        print("{:,} streams, {:,} events".format(*cursor.fetchone()))
        keys.published()
        refs = list(Agreement.objects.values_list("reference", flat=True)[:stated])

    def take() -> None:
        with seeing(actor):
            anchors.take(timedelta())

    def state(*wanted: str) -> Any:
        return statement(wanted, effective_at=clock.business_now(), by=actor)

    def hold() -> None:
        with seeing(actor), connection.cursor() as cursor:
            cursor.execute(anchored.MOVED)
            print(*cursor.fetchall(), end="")

    timed("anchor over all streams", take, 1)
    state(refs[0])
    timed("anchor over the streams that moved since", take, 1)
    timed(f"statement of {len(refs):,} agreements, signed", lambda: state(*refs), times)
    timed("statement of one agreement, signed", lambda: state(refs[0]), times)
    one = state(refs[0])
    timed("the same on paper", lambda: statement_page.pdf(one), times)
    timed("verify: the journal against its anchors", hold, times)


def timed(what: str, act: Callable[[], Any], times: int) -> None:
    """Print the median of some runs."""
    taken = []
    for _time in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    print(f"{what:45} {statistics.median(taken) * 1000:10,.1f} ms", flush=True)


if __name__ == "__main__":
    main()
