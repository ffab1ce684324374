"""The same writes by one SQL function, called by pgbench from as many connections."""

import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from bench.changes_ground import book
from bench.changes_ground.calls import Run
from ofrecord.cli.cluster import PROGRAMS

SQL = Path(__file__).with_suffix(".sql")
ONE = r"""
\set k random(:first, :last)
\set p random(0, {partners})
SELECT bench_change('4' || lpad(:k::text, 11, '0'), (7200000000 + :p::bigint)::text);
"""


def install(owner_url: str) -> None:
    """Make the functions, with letters as long as those that the last act of each size wrote."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(SQL.read_bytes())


def take_letters(runtime_url: str, *, large: bool) -> None:
    """Keep the letters of the latest act as what the functions write."""
    with psycopg.connect(runtime_url) as runtime:
        runtime.execute("SELECT set_config('ofrecord.scope', 'system', true)")
        runtime.execute(_TAKE, {"large": large})


def singly(runtime_url: str, first: int, last: int, connections: int, seconds: float) -> Run:
    """Changes of random agreements of this range, one after the other on each connection."""
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "one.sql"
        script.write_text(ONE.format(partners=book.PARTNERS - 1))
        words = ["-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-f", str(script)]
        words += ["-D", f"first={first}", "-D", f"last={last}", "-T", f"{max(1, round(seconds))}"]
        words += ["-l", f"--log-prefix={place}/log", runtime_url]
        subprocess.run([PROGRAMS / "pgbench", *words], check=True, capture_output=True)
        lines = [line.split() for log in Path(place).glob("log*") for line in log.open()]
    ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
    times = [int(line[2]) / 1000 for line in lines]
    return Run(max(ends) - min(ends), times)


def together(runtime_url: str, references: list[str], partner: str) -> float:
    """Seconds in which one call moves them all to this partner."""
    with psycopg.connect(runtime_url, autocommit=True) as runtime:
        begun = time.perf_counter()
        runtime.execute("SELECT bench_changes(%s, %s)", [references, partner])
        return time.perf_counter() - begun


_TAKE = """
INSERT INTO bench_letter
SELECT DISTINCT ON (kind) %(large)s, kind, subject,
       CASE WHEN %(large)s THEN text ELSE replace(text, about.reference, 'REFERENCE') END,
       CASE WHEN %(large)s THEN html ELSE replace(html, about.reference, 'REFERENCE') END
  FROM letter
 CROSS JOIN (SELECT about[1] AS reference FROM letter WHERE kind = 'applied.losing'
              ORDER BY id DESC LIMIT 1) AS about
 WHERE act = (SELECT act FROM letter ORDER BY id DESC LIMIT 1)
"""
