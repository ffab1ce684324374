"""Runs are killed, interrupted and carried on by several: each agreement changes once."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from ofrecord.changes.models import PartnerChange, Run, RunBatch
from ofrecord.changes.refusals import LIMIT
from ofrecord.changes.runs.cancel import cancel
from ofrecord.changes.runs.carry_on import carry_on
from ofrecord.changes.runs.start import start
from ofrecord.cli.verify import verify
from ofrecord.feeds.load import import_book
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.models import Person
from tests.cast import Cast
from tests.databases import Copy
from tests.delivery.running import KILLED, worker
from tests.faults.processes import until

pytestmark = pytest.mark.slow

SYSTEM = Actor.system()
BOOK = Path(__file__).resolve().parents[2] / "docs" / "examples" / "book"


def terminal(*words: str, **given: str) -> "subprocess.Popen[str]":
    """A command of its own, under way."""
    return subprocess.Popen(
        [sys.executable, "-m", "ofrecord", "change", *words],
        env={**os.environ, **given},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def begun(cast: Cast, count: int, batch_size: int = 2) -> tuple[Run, list[str]]:
    refs = [cast.contract() for _ in range(count)]
    given: dict[str, Any] = {"reason": "Closer to us.", "batch_size": batch_size}
    return start(refs, cast.gorse.account_number, by=cast.actor("pia"), **given), refs


def batches_done(run: Run) -> int:
    with seeing(SYSTEM):
        return RunBatch.objects.filter(run=run, done_at__isnull=False).count()


def more_done(run: Run, count: int) -> bool:
    return batches_done(run) >= count


def state(run: Run) -> str:
    with seeing(SYSTEM):
        return Run.objects.get(pk=run.pk).state


def each_changed_once(refs: list[str]) -> None:
    with seeing(SYSTEM):
        asked = PartnerChange.objects.filter(occasion="request")
        made = Counter(asked.values_list("agreement__reference", flat=True))
    assert made == dict.fromkeys(refs, 1)
    assert {each.name: each.examples for each in verify() if each.violations} == {}


def resumed(run: Run) -> None:
    """Carried on to the end by another process."""
    last = terminal("run", "--resume", run.number, "--json")
    out, err = last.communicate(timeout=120)
    assert last.returncode == 0, err
    assert json.loads(out)["state"] == "complete"


def test_a_run_that_is_killed_again_and_again_changes_each_agreement_once(
    fresh_cast: Cast,
) -> None:
    run, refs = begun(fresh_cast, 120)
    for _ in range(3):
        before = batches_done(run)
        running = terminal("run", "--resume", run.number)
        until(partial(more_done, run, before + 5), what="for batches")
        running.kill()
        running.communicate()
        assert running.returncode == KILLED
    assert batches_done(run) < run.batches, "it was killed in the middle"
    resumed(run)
    each_changed_once(refs)


@pytest.mark.parametrize(
    ("point", "done"),
    [
        ("submit.after_lock", 0),
        ("submit.after_commit", 0),
        ("run.before_commit", 0),
        ("run.after_batch", 1),
    ],
)
def test_a_batch_killed_at_this_beat_is_done_whole_or_not_at_all(
    fresh_cast: Cast, point: str, done: int
) -> None:
    run, refs = begun(fresh_cast, 6)
    running = terminal("run", "--resume", run.number, OFRECORD_FAILPOINT=point)
    assert f"Killed at {point}." in running.communicate(timeout=60)[1]
    assert running.returncode == KILLED
    assert batches_done(run) == done
    with seeing(SYSTEM):
        assert PartnerChange.objects.filter(occasion="request").count() == 2 * done
    resumed(run)
    each_changed_once(refs)


def test_the_last_batch_done_and_the_end_not_told_is_told_later(fresh_cast: Cast) -> None:
    run, refs = begun(fresh_cast, 2)
    running = terminal("run", "--resume", run.number, OFRECORD_FAILPOINT="run.after_batch")
    running.communicate(timeout=60)
    assert (batches_done(run), state(run)) == (1, "under_way")
    with worker():
        until(lambda: state(run) == "complete", what="for the end")
    each_changed_once(refs)


def test_a_batch_that_somebody_has_in_hand_is_left_to_them(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    run, refs = begun(fresh_cast, 6)
    connection.cursor().execute("SET lock_timeout = '3s'")
    with psycopg.connect(fresh_database.admin_url) as other:
        other.execute("SELECT FROM run_batch WHERE number = 2 FOR UPDATE")
        assert [carry_on(run.number, by=SYSTEM) for _ in range(3)] == [True, True, False]
        with seeing(SYSTEM):
            (left,) = RunBatch.objects.filter(done_at=None)
        assert (left.number, state(run)) == (2, "under_way")
    assert [carry_on(run.number, by=SYSTEM) for _ in range(2)] == [True, False]
    assert state(run) == "complete"
    each_changed_once(refs)


def test_nobody_waits_for_a_batch_to_end_a_run_or_to_leave(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    """The changes of a batch under way name their person; that keeps only the name."""
    run, _refs = begun(fresh_cast, 2)
    other, _more = begun(fresh_cast, 2)
    with psycopg.connect(fresh_database.admin_url) as batch:
        batch.execute("SELECT FROM person WHERE email = 'pia@example.com' FOR KEY SHARE")
        connection.cursor().execute("SET lock_timeout = '3s'")
        assert cancel(run.number, by=fresh_cast.actor("pia"), reason="Enough.").ended_at
        disable_person("pia@example.com", by=Actor.system("cli"))
        assert not carry_on(other.number, by=SYSTEM)
    assert state(other) == "stopped"


def test_several_processes_carry_on_the_same_run_and_none_the_same_batch(
    fresh_cast: Cast,
) -> None:
    run, refs = begun(fresh_cast, 120)
    terminals = [terminal("run", "--resume", run.number, "--json") for _ in range(2)]
    with worker():
        said = [each.communicate(timeout=120) for each in terminals]
    assert [each.returncode for each in terminals] == [0, 0], said
    assert len({out for out, _err in said}) == 1
    each_changed_once(refs)


def test_a_worker_that_is_killed_leaves_the_rest_to_the_next(fresh_cast: Cast) -> None:
    run, refs = begun(fresh_cast, 40)
    with worker() as first:
        until(lambda: batches_done(run) >= 3, what="for batches")
        assert first.stop(signal.SIGKILL) == KILLED
    with worker() as second:
        until(lambda: state(run) == "complete", what="for the run")
        assert second.stop() == 0
    each_changed_once(refs)


def test_a_run_that_fails_does_not_hold_up_the_others(fresh_cast: Cast) -> None:
    """As when a newer version started it: this worker knows no such act."""
    run, _refs = begun(fresh_cast, 2)
    with seeing(SYSTEM):
        strange = Run.objects.get(pk=run.pk)
        strange.pk, strange.number, strange.verb, strange.batches = None, "RUN-X", "merge", 1
        strange._state.adding = True
        strange.save()
        RunBatch.objects.create(run=strange, number=1, agreements=["1", "2"])
    other, _more = begun(fresh_cast, 2)
    with worker() as running:
        until(lambda: state(other) == "complete", what="for the other run")
        assert running.stop() == 0
    assert state(strange) == "under_way"


def test_an_interrupt_leaves_a_run_that_goes_on(fresh_cast: Cast) -> None:
    run, refs = begun(fresh_cast, 1_000)
    running = terminal("run", "--resume", run.number)
    until(lambda: batches_done(run) >= 3, what="for batches")
    running.send_signal(signal.SIGINT)
    _out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert f"ofrecord change run --resume {run.number}" in err
    assert state(run) == "under_way"
    resumed(run)
    each_changed_once(refs)


def test_more_than_ten_thousand_agreements(fresh_database: Copy, tmp_path: Path) -> None:
    refs = _imported(tmp_path, LIMIT + 400)
    named = tmp_path / "references.txt"
    named.write_text("\n".join(refs))
    words = ["run", str(named), "--partner", "5200000029", "--reason", "One partner for all"]
    running = terminal(*words, "--by", "ines.moreau@willow-stone.example", "--json")
    out, err = running.communicate(timeout=300)
    assert running.returncode == 0, err
    said = json.loads(out)
    assert (said["accepted"], said["batches_done"]) == (len(refs), 2)
    each_changed_once(refs)
    ines = Person.objects.get(email="ines.moreau@willow-stone.example")
    with seeing(for_person(ines, door="portal")):
        assert RunBatch.objects.count() == 2


def _imported(directory: Path, count: int) -> list[str]:
    """The book of the examples, with so many contracts more; their references."""
    book = directory / "book"
    shutil.copytree(BOOK, book)
    refs = [f"{130_000_000_000 + place}" for place in range(count)]
    more = "{},contract,4200000017,standard,false,false,2026-01-01,2031-12-31,DE,\n"
    with (book / "agreements.csv").open("a") as agreements:
        agreements.writelines(more.format(ref) for ref in refs)
    with (book / "partners_of_record.csv").open("a") as partners:
        partners.writelines(f"{ref},5200000011,reseller,2026-01-01,\n" for ref in refs)
    report = import_book(book, by=Actor.system("cli"))
    assert report.applied, report.refusals
    return refs
