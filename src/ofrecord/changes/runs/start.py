"""Start: somebody asks for the same act on more agreements than one act takes."""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.models.functions import Now

from ofrecord.changes import refusals, requests
from ofrecord.changes.models import Run
from ofrecord.changes.refusals import LIMIT, NotPermitted, Unusable
from ofrecord.changes.runs import numbers
from ofrecord.changes.runs import refusals as of_runs
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.streams import tell

MOST = 1_000_000


def start(
    references: Sequence[str],
    partner: str,
    *,
    by: Actor,
    reason: str,
    effective_on: date | None = None,
    idempotency_key: str | None = None,
    batch_size: int = LIMIT,
) -> Run:
    """Take in the replacing of the partner set of 1 to 1,000,000 agreements by one partner.

    They are judged batch by batch, in the order named, each once. Nothing has changed yet when
    this returns: the worker, or `carry_on`, carries the batches out. The same key with the same
    content is the same run. Refused as `reason_missing`, `nothing_named`, `too_many`,
    `effective_in_past`, `batch_size_unusable`, `not_permitted` or `idempotency_key_reused`.
    """
    wanted = list(dict.fromkeys(references))
    content = {
        "agreements": wanted,
        "partner": partner,
        "reason": reason,
        "on_behalf_of": by.on_behalf_of,
        "effective_on": effective_on.isoformat() if effective_on else None,
    }
    with seeing(by):
        receipt = requests.receive("run", idempotency_key, content, by=by)
        if receipt.answer is not None:
            return Run.objects.get(number=receipt.answer["run"])
        _usable(wanted, by, reason, effective_on, batch_size)
        run = _insert(len(wanted), partner, by, reason.strip(), effective_on, batch_size)
        _insert_batches(run, wanted, batch_size)
        with seeing(Actor.system()):
            person = Person.objects.get(pk=run.judged_person_id)
            tell(person, "run.started", _said(run), by.by)
        receipt.keep({"run": run.number})
    wake.wake()
    return run


def _usable(
    wanted: list[str], by: Actor, reason: str, effective_on: date | None, batch_size: int
) -> None:
    if not reason.strip():
        raise Unusable([refusals.reason_missing()])
    if not wanted:
        raise Unusable([of_runs.nothing_named()])
    if len(wanted) > MOST:
        raise Unusable([refusals.too_many(len(wanted), MOST)])
    if effective_on and effective_on < clock.today():
        raise Unusable([refusals.effective_in_past()])
    if not 1 <= batch_size <= LIMIT:
        raise Unusable([of_runs.batch_size_unusable(LIMIT)])
    if by.judged_person is None:
        raise NotPermitted([of_runs.for_nobody()])


def _insert(
    items: int, partner: str, by: Actor, reason: str, effective_on: date | None, batch_size: int
) -> Run:
    run = Run.objects.create(
        number=numbers.of_run(),
        verb="submit",
        partner=partner,
        reason=reason,
        effective_on=effective_on,
        items=items,
        batches=-(-items // batch_size),
        started_at=Now(),
        by_id=by.person_id,
        on_behalf_of_id=by.on_behalf_of,
        door=by.door,
        strength=by.strength,
        request_id=by.request_id,
        client=by.client,
        is_system=by.is_system,
        accounts=list(by.accounts),
        vendor_roles=list(by.vendor_roles),
    )
    run.refresh_from_db(fields=["started_at"])
    return run


def _insert_batches(run: Run, wanted: list[str], batch_size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, {"run": run.pk, "size": batch_size, "agreements": wanted})


def _said(run: Run) -> dict[str, object]:
    return {
        "run": run.number,
        "verb": run.verb,
        "partner": run.partner,
        "effective_on": run.effective_on.isoformat() if run.effective_on else None,
        "reason": run.reason,
        "items": run.items,
        "batches": run.batches,
    }


_BATCHES = """
INSERT INTO run_batch (run_id, number, agreements)
SELECT %(run)s, (place - 1) / %(size)s + 1, array_agg(reference ORDER BY place)
  FROM unnest(%(agreements)s::text[]) WITH ORDINALITY AS named(reference, place)
 GROUP BY 2 ORDER BY 2
"""
