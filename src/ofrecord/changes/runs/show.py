"""Show: how far a run is, and what became of each agreement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ofrecord.changes.carry_out import Item, Submitted, from_data
from ofrecord.changes.models import Run
from ofrecord.changes.runs import refusals
from ofrecord.changes.runs.moves import found
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.verdicts import Verdict

Place = tuple[int, int]
"""The number of a batch, and a place in it from 1."""


@dataclass(frozen=True)
class Progress:
    """A run and how many of its agreements and batches are done."""

    run: Run
    accepted: int
    refused: int
    batches_done: int

    @property
    def waiting(self) -> int:
        """How many agreements are not done; of a cancelled run they never will be."""
        return self.run.items - self.accepted - self.refused

    @property
    def stopped_for(self) -> Verdict | None:
        """Why a stopped run does not go on."""
        return refusals.STOPS[self.run.stopped_for]() if self.run.stopped_for else None

    def as_data(self) -> dict[str, Any]:
        """The progress as doors for programs write it."""
        run, stopped = self.run, self.stopped_for
        return {
            "number": run.number,
            "state": run.state,
            "verb": run.verb,
            "partner": run.partner,
            "reason": run.reason,
            "effective_on": run.effective_on.isoformat() if run.effective_on else None,
            "items": run.items,
            "accepted": self.accepted,
            "refused": self.refused,
            "waiting": self.waiting,
            "batches": run.batches,
            "batches_done": self.batches_done,
            "started_at": run.started_at.isoformat(),
            "ended_at": run.ended_at.isoformat() if run.ended_at else None,
            "stopped_for": stopped.as_data() if stopped else None,
        }


@dataclass(frozen=True)
class Outcomes:
    """A page of outcomes in the order named, and after which place the next one begins."""

    items: tuple[Item, ...]
    next: Place | None

    def as_data(self) -> list[dict[str, Any]]:
        """The outcomes in the shape in which a submit answers."""
        changes: list[dict[str, Any]] = Submitted(self.items).as_data()["changes"]
        return changes


def show(number: str, *, by: Actor) -> Progress:
    """How far a run is; `not_found` where there is none that the actor may see."""
    return counts(found(number, by=by))


def listed(*, by: Actor, before: str | None = None, limit: int = 50) -> list[Progress]:
    """Runs that the actor may see, the newest first, older than the run `before`."""
    with seeing(by):
        runs = Run.objects.visible_to(by).order_by("-id")
        if before:
            runs = runs.filter(id__lt=Run.objects.filter(number=before).values("id"))
        page = list(runs[:limit])
    return _counted(page)


def outcomes(
    number: str,
    *,
    by: Actor,
    after: Place = (0, 0),
    limit: int = 100,
    only_refused: bool = False,
) -> Outcomes:
    """What became of the agreements of the batches that are done, from after this place on."""
    run = found(number, by=by)
    page: list[tuple[Place, dict[str, Any]]] = []
    for batch in _done(run, after[0], only_refused):
        past = after[1] if batch == after[0] else 0
        page += _of_batch(run, batch, past, limit + 1 - len(page), only_refused)
        if len(page) > limit:
            break
    items = from_data({"changes": [said for _place, said in page[:limit]]}).items
    return Outcomes(items, page[limit - 1][0] if len(page) > limit else None)


def counts(run: Run) -> Progress:
    """How much of a run is done."""
    (progress,) = _counted([run])
    return progress


def _counted(runs: Sequence[Run]) -> list[Progress]:
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(_COUNTS, [[run.pk for run in runs]])
        done = {id: counted for id, *counted in cursor.fetchall()}
    return [Progress(run, *done.get(run.pk, (0, 0, 0))) for run in runs]


def _done(run: Run, since: int, only_refused: bool) -> Iterator[int]:
    """The numbers of the batches that are done and have something to show."""
    with seeing(Actor.system()):
        done = run.parts.filter(done_at__isnull=False, number__gte=since)
        kept = done.filter(refused__gt=0) if only_refused else done
        yield from list(kept.order_by("number").values_list("number", flat=True))


def _of_batch(
    run: Run, batch: int, past: int, limit: int, only_refused: bool
) -> list[tuple[Place, dict[str, Any]]]:
    given = {"run": run.pk, "batch": batch, "past": past, "limit": limit, "refused": only_refused}
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, given)
        return [((batch, place), said) for place, said in cursor.fetchall()]


_COUNTS = """
SELECT run_id, coalesce(sum(accepted), 0)::int, coalesce(sum(refused), 0)::int, count(*)::int
  FROM run_batch WHERE run_id = ANY (%s) AND done_at IS NOT NULL GROUP BY run_id
"""
_OUTCOMES = """
SELECT item.place, item.said::json
  FROM run_batch AS b JOIN request AS r ON r.id = b.request_id
 CROSS JOIN LATERAL jsonb_array_elements(convert_from(r.answer, 'UTF8')::jsonb -> 'changes')
       WITH ORDINALITY AS item(said, place)
 WHERE b.run_id = %(run)s AND b.number = %(batch)s AND item.place > %(past)s
   AND (NOT %(refused)s OR item.said -> 'number' = 'null')
 ORDER BY item.place LIMIT %(limit)s
"""
