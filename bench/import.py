"""What importing a dirty book costs, and what the guard against overlapping tenures costs in it.

    python bench/import.py [--agreements N] [--rounds N]

Each round imports the same files three times: into an empty database as it is, again as they
are, and into an empty database without the exclusion constraint. Times are whole commands,
their start and the refused rows' files included; memory is the command's own, at its peak.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.feeds.register import write_register  # noqa: E402  # found by the path set above

# The keeper holds the server, so that no round pays for its start.
UNGUARDED = """
import psycopg
from ofrecord.cli import embedded
with psycopg.connect(embedded.ensure().owner_url) as owner:
    owner.execute("ALTER TABLE tenure DROP CONSTRAINT tenure_no_overlap")
"""
HELD = """
from ofrecord.cli import embedded
embedded.ensure()
print("held", flush=True)
input()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        book = Path(directory)
        rows = write_register(book, options.agreements).read
        print(f"{options.agreements:,} agreements, {rows:,} rows in six files")
        guarded, again, unguarded = [], [], []
        for _round in range(options.rounds):
            with installation() as env:
                guarded.append(imported(env, book, "guarded"))
                again.append(imported(env, book, "the same files again"))
            with installation() as env:
                python(env, "-c", UNGUARDED)
                unguarded.append(imported(env, book, "without the exclusion constraint"))
    whole, without = statistics.median(guarded), statistics.median(unguarded)
    print(f"rows a second: {rows / whole:,.0f}")
    print(f"again: {statistics.median(again) / whole:.2f} of the first time")
    print(f"the exclusion constraint: {without:.1f} s become {whole:.1f} s, x{whole / without:.2f}")


@contextmanager
def installation() -> Iterator[dict[str, str]]:
    """The environment of an empty installation of its own, its server running."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        path = os.pathsep.join([str(ROOT / "src")])
        env = {**os.environ, "OFRECORD_HOME": home, "PYTHONPATH": path, "DATABASE_URL": ""}
        python(env, "-m", "ofrecord", "migrate")
        with subprocess.Popen(
            [sys.executable, "-c", HELD], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder:
            holder.stdout.readline()
            try:
                yield env
            finally:
                holder.communicate(b"\n")


def python(env: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, *words], env=env, check=True, stderr=subprocess.DEVNULL)


def imported(env: dict[str, str], book: Path, what: str) -> float:
    """Seconds of one import; its figures are printed."""
    words = ["-m", "ofrecord", "import", str(book), "--accept-good", "--json"]
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as refused,
        subprocess.Popen(
            [sys.executable, *words, "--refused", refused],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        answer = json.loads(process.stdout.read())
        _pid, _status, used = os.wait4(process.pid, 0)
        process.returncode = 0
    seconds = time.monotonic() - started
    outcomes = {
        name: sum(file[name] for file in answer["files"])
        for name in ("new", "unchanged", "refused")
    }
    print(f"{what}: {seconds:.1f} s, {used.ru_maxrss / 1024:.0f} MB, {outcomes}")
    return seconds


if __name__ == "__main__":
    main()
