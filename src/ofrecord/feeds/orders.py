"""The feed of orders: what a vendor's ERP has booked, from a file, each transaction once.

The file is read whole before anything is booked. Transactions are judged singly, as when they are
posted: what is refused leaves nothing, and the others go through. The same file again books
nothing more, so that one which was cut short is simply sent again.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction

from ofrecord.changes.refusals import Refused
from ofrecord.feeds.order_rows import Fault, Posted, posted
from ofrecord.feeds.order_sheet import ORDERS
from ofrecord.feeds.sources import FeedError, open_one
from ofrecord.feeds.staging import Progress
from ofrecord.parties.actors import Actor
from ofrecord.quotes.book import Booked, book
from ofrecord.quotes.transactions import Transaction

__all__ = ["FeedError", "Outcome", "Report", "book_file"]

BATCH = 500


@dataclass(frozen=True)
class Outcome:
    """What became of one transaction: `booked`, `known` from before, or `refused`."""

    line: int
    transaction: str
    state: str
    order: str | None = None
    agreements: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    refusals: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a file of orders came to, a transaction each; `applied` unless it was a dry run."""

    rows: int
    outcomes: tuple[Outcome, ...]
    applied: bool

    def count(self, state: str) -> int:
        return sum(each.state == state for each in self.outcomes)


def book_file(
    path: Path, *, by: Actor, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Book the transactions of a file. FeedError where it cannot be read at all.

    A dry run books them all and takes it back, so that the numbers of its orders are nobody's.
    """
    source = open_one(replace(ORDERS, name=path.name.removesuffix(".csv")), path)
    with closing(source.file):
        found = list(posted(source))
        source.insist_unchanged()
    if not dry_run:
        return Report(source.read, _booked(found, by, progress), applied=True)
    with transaction.atomic():
        outcomes = _booked(found, by, progress)
        transaction.set_rollback(True)
    tried = tuple(replace(each, order=None, agreements=(), changes=()) for each in outcomes)
    return Report(source.read, tried, applied=False)


def _booked(found: Sequence[Posted], by: Actor, progress: Progress | None) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for start in range(0, len(found), BATCH):
        outcomes += _of_batch(found[start : start + BATCH], by)
        if progress:
            progress("orders", len(outcomes), len(found))
    return tuple(outcomes)


def _of_batch(batch: Sequence[Posted], by: Actor) -> list[Outcome]:
    usable = [each.transaction for each in batch if each.transaction]
    done = iter(_tried(usable, by))
    return [
        _outcome(each, next(done))
        if each.transaction
        else Outcome(each.line, each.number, "refused", refusals=each.faults)
        for each in batch
    ]


def _tried(usable: Sequence[Transaction], by: Actor) -> list[Booked]:
    """One alone that is refused is an outcome here, as one of several is."""
    if not usable:
        return []
    try:
        return book(usable, by=by)
    except Refused as refusal:
        if len(usable) > 1:
            raise
        return [Booked(usable[0].number, None, refusals=refusal.verdicts)]


def _outcome(posted: Posted, done: Booked) -> Outcome:
    if done.order is None:
        faults = (Fault(posted.line, "", each.code, each.reason) for each in done.refusals)
        return Outcome(posted.line, posted.number, "refused", refusals=tuple(faults))
    state = "known" if done.known else "booked"
    about = (done.order.number, done.agreements, done.changes)
    return Outcome(posted.line, posted.number, state, *about)
