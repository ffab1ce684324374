"""The anchors: signed, in a chain, and the journal is as it was when each was taken."""

import itertools
from collections.abc import Iterator

from ofrecord.cli.verify.invariant import Asked, Invariant
from ofrecord.journal import anchors, keys, signing
from ofrecord.journal.anchors import LEAF, Anchor
from ofrecord.journal.signing import Jwk

# A microsecond above its end, an anchor's time begins where that of the one before has ended.
MOVED = f"""
SELECT concat('anchor ', anchor.number, ': what was recorded up to ', anchor.until,
              ' is not what was anchored')
  FROM anchor LEFT JOIN (
       SELECT head.place + 1 AS number,
              sha256(string_agg({LEAF}, '' ORDER BY stream COLLATE "C", subject_id)) AS root
         FROM (SELECT DISTINCT ON (placed.place, stream, subject_id)
                      placed.place, stream, subject_id, sequence, hash
                 FROM (SELECT array_agg(until + interval '1 microsecond' ORDER BY number) AS ends
                         FROM anchor) AS taken
                CROSS JOIN event
                CROSS JOIN LATERAL (
                      SELECT width_bucket(recorded_at, taken.ends) AS place) AS placed
                WHERE placed.place < cardinality(taken.ends)
                ORDER BY placed.place, stream, subject_id, sequence DESC) AS head
        GROUP BY head.place) AS found USING (number)
 WHERE found.root IS DISTINCT FROM anchor.root
"""


def _documents(_asked: Asked) -> Iterator[str]:
    """Each anchor counts on from the one before, and its document is signed and says its row."""
    known = keys.known()
    before: Anchor | None = None
    for number, anchor in zip(itertools.count(1), anchors.every(), strict=False):
        if anchor.number != number:
            yield f"anchor {number} is missing"
            return
        if not _says(anchor, before, known):
            yield f"anchor {number}: its document is not as it was signed"
        before = anchor


def _says(anchor: Anchor, before: Anchor | None, known: list[Jwk]) -> bool:
    try:
        signed = signing.read(anchor.body, known)
    except signing.Unsound:
        return False
    wanted = signing.plain(anchors.said(anchor, before))
    return signed.kind == anchors.KIND and wanted.items() <= signed.content.items()


ANCHORED = Invariant(
    "anchored",
    "The journal is as it was when it was anchored, and every anchor is signed.",
    (_documents, MOVED),
)
