"""What a partner change costs through the API, against the same writes by one SQL function.

    python bench/changes.py [--quick] [--agreements N] [--together N] [--times N] [--seconds S]

One installation of its own: a book of N agreements, the server, a system that calls it with a
token and an idempotency key for each call, and a receiver that every change waits for. The same
writes are done by one SQL function on the same tables, called by pgbench from as many
connections, turn and turn about. A ratio is the median of those of the turns: what makes the
machine slower for a while is in both sides of a turn.

1. from commit to acknowledged by that receiver: alone, and with 100 changes a second offered;
2. full load without the worker, how fast it drains what that leaves, and full load beside it;
3. single submits at 16 connections, as a ratio to the function (no worker beside either);
4. one call with many agreements, as a ratio to set-based SQL.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.changes_ground import book, calls, reference  # noqa: E402  # found by the path set above
from bench.changes_ground.calls import Bodies, Run  # noqa: E402  # likewise
from bench.changes_ground.place import (  # noqa: E402  # likewise
    Place,
    deliveries,
    installed,
    receiver,
    worker,
)

CONNECTIONS = 16
OFFERED = 100
TOOK = """
SELECT extract(epoch FROM acknowledged_at - created_at) * 1000 FROM delivery
 WHERE created_at > %s::timestamptz
"""
DRAINED = """
SELECT count(*), extract(epoch FROM max(acknowledged_at) - min(acknowledged_at)) FROM delivery
 WHERE acknowledged_at > %s::timestamptz
"""
UNDER_WAY = """
SELECT EXISTS (SELECT FROM delivery WHERE state = 'waiting')
       OR EXISTS (SELECT FROM partner_change WHERE state = 'applied')
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one turn of a few seconds each")
    parser.add_argument("--agreements", type=int, default=100_000)
    parser.add_argument("--together", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=15.0)
    options = parser.parse_args()
    if options.quick:
        options.times, options.seconds = 1, 4.0
        options.agreements = min(options.agreements, 20_000)
        options.together = min(options.together, 2_000)
    with installed(options.agreements, options.together) as place, receiver(place):
        submits = iter(calls.Submits(place.singly // 2))
        load(place, submits, 1, 2.0)
        with worker(place):
            drain(place)
            tell(place, submits, options.seconds)
        backlog(place, submits, options.seconds)
        singly(place, submits, options.times, options.seconds)
        together(place, options.times)


def load(place: Place, submits: Bodies, connections: int, seconds: float) -> Run:
    return calls.load(place.url, place.token, submits, connections, seconds)


def tell(place: Place, submits: Bodies, seconds: float) -> None:
    """From commit to acknowledged."""
    alone = [each * 0.5 for each in range(round(seconds * 2))]
    many = [each / OFFERED for each in range(round(seconds * OFFERED))]
    for what, instants in (("alone", alone), (f"{OFFERED} a second offered", many)):
        ((since,),) = place.asked("SELECT clock_timestamp()")
        run = calls.offer(place.url, place.token, submits, CONNECTIONS, instants)
        drain(place)
        times = [float(str(took)) for (took,) in place.asked(TOOK, since)]
        submitted = f"{run.rate:.0f} changes a second went through"
        line(f"from commit to acknowledged, {what}", Run(run.seconds, times), submitted)


def backlog(place: Place, submits: Bodies, seconds: float) -> None:
    """Submits as fast as they go without the worker, what that leaves, and again with it."""
    without = load(place, submits, CONNECTIONS, seconds)
    left = deliveries(place, "waiting")
    ((since,),) = place.asked("SELECT clock_timestamp()")
    with worker(place):
        drain(place)
        ((sent, took),) = place.asked(DRAINED, since)
        before = deliveries(place, "acknowledged")
        beside = load(place, submits, CONNECTIONS, seconds)
        meanwhile = (deliveries(place, "acknowledged") - before) / beside.seconds
        line("submit, no worker", without)
        line("submit, the worker beside it", beside, f"{beside.rate / without.rate:.2f} of that")
        print(f"  the worker meanwhile: {meanwhile:,.0f} a second acknowledged, ", end="")
        print(f"{deliveries(place, 'waiting'):,} left")
        rate = int(str(sent)) / float(str(took))
        print(
            f"  a backlog of {left:,} changes drains at {rate:,.0f} deliveries a second", flush=True
        )
        drain(place)


def drain(place: Place) -> float:
    """Seconds until nothing waits, and nothing is to come: a change that is complete tells so."""
    begun = time.perf_counter()
    while place.asked(UNDER_WAY) != [(False,)]:
        time.sleep(0.1)
    return time.perf_counter() - begun


def singly(place: Place, submits: Bodies, times: int, seconds: float) -> None:
    """Single submits and single calls of the function, turn and turn about."""
    reference.take_letters(place.runtime_url, large=False)
    half, ours, theirs = place.singly // 2, [], []
    reference.singly(place.runtime_url, half, place.singly - 1, CONNECTIONS, 1)
    load(place, submits, CONNECTIONS, 1)
    for _turn in range(times):
        theirs.append(
            reference.singly(place.runtime_url, half, place.singly - 1, CONNECTIONS, seconds)
        )
        ours.append(load(place, submits, CONNECTIONS, seconds))
        line("one SQL function, pgbench", theirs[-1])
        line("submit through the API", ours[-1])
    turns = list(zip(ours, theirs, strict=True))
    rate = median([own.rate / other.rate for own, other in turns])
    worst = median([own.p99 / other.p99 for own, other in turns])
    print(f"submit: ratio {rate:.2f} (to reach: 0.35), p99 x{worst:.1f} (at most: 3)")


def together(place: Place, times: int) -> None:
    """One call with many agreements against set-based SQL, on the same ones, turn about."""
    ours, theirs = [], []
    for turn in range(times + 1):
        body = calls.submit(place.references, book.partner(2 * turn + 50), book.LARGE)
        run = calls.offer(place.url, place.token, [body], 1, [0.0])
        if not turn:
            reference.take_letters(place.runtime_url, large=True)
        took = reference.together(place.runtime_url, place.references, book.partner(2 * turn + 51))
        if turn:
            ours.append(run.times[0] / 1000)
            theirs.append(took)
            print(f"  {place.together:,} agreements: the API {ours[-1]:.2f} s, SQL {took:.2f} s")
    rate = median([other / own for own, other in zip(ours, theirs, strict=True)])
    print(
        f"bulk: ratio {rate:.2f} (to reach: 0.8),"
        f" {place.together / median(ours):,.0f} agreements a second"
    )


def line(what: str, run: Run, more: str = "") -> None:
    """A run in one line."""
    print(
        f"  {what:48} {run.rate:7,.0f} a second  p50 {run.p50:7.1f} ms  p99 {run.p99:7.1f} ms"
        f"  {more}",
        flush=True,
    )


def median(values: list[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
