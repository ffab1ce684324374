"""The version of an agreement: the last sequence of its stream in the journal."""

from collections.abc import Sequence
from typing import Any

from ofrecord.journal.prepared import prepared
from ofrecord.journal.record import Ledger


def raise_to(ledger: Ledger, ids: Sequence[int], *, moved: bool) -> None:
    """Bring the versions of locked agreements up to their streams.

    `moved` says that what a preview shows of them has changed, so that older previews are stale.
    """
    with prepared() as cursor:
        cursor.execute(RAISE, raising(ledger, ids, moved=moved))


def raising(ledger: Ledger, ids: Sequence[int], *, moved: bool) -> dict[str, Any]:
    """What `RAISE` is given to do so, as a part of a larger statement."""
    return {
        "moved": moved,
        "raised": list(ids),
        "versions": [ledger.sequence(id) for id in ids],
    }


RAISE = """
UPDATE agreement SET version = raised.version,
       moved_at_version = CASE WHEN %(moved)s THEN raised.version ELSE moved_at_version END
  FROM unnest(%(raised)s::bigint[], %(versions)s::int[]) AS raised(id, version)
 WHERE agreement.id = raised.id
"""
