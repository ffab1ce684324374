"""Where the consents of changes stand, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ofrecord.changes.lifecycle import AWAITING
from ofrecord.journal import clock


@dataclass(frozen=True)
class Standing:
    """The consents of one change. `ends` is the move that follows from them, or empty.

    `settled_at` is the instant of business at which that came about; `answers` are the consents
    as events tell them.
    """

    change_id: int
    ends: str
    settled_at: datetime
    answers: list[dict[str, Any]]


def standings(change_ids: Sequence[int]) -> list[Standing]:
    """Where these changes stand now, after the deadlines that have passed: two statements.

    Their agreements are locked by the caller.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAPSE, {"changes": list(change_ids), "now": clock.business_now()})
        cursor.execute(_STANDINGS, [list(change_ids), AWAITING])
        return [Standing(*row) for row in cursor.fetchall()]


_LAPSE = """
UPDATE consent SET answer = 'lapsed', answered_at = due_at, recorded_at = clock_timestamp()
 WHERE change_id = ANY (%(changes)s) AND answer = '' AND due_at <= %(now)s
"""
_STANDINGS = """
SELECT id,
       CASE WHEN refused_at IS NOT NULL THEN 'decline' WHEN lapsed_at IS NOT NULL THEN 'expire'
            WHEN NOT waits THEN 'settle' ELSE '' END,
       coalesce(refused_at, lapsed_at, answered_at), answers
  FROM (SELECT c.id, bool_or(each.answer = '') AS waits, max(each.answered_at) AS answered_at,
               min(each.answered_at) FILTER (WHERE each.answer = 'refused') AS refused_at,
               min(each.answered_at) FILTER (WHERE each.answer = 'lapsed'
                                               AND each.kind <> 'losing') AS lapsed_at,
               json_agg(json_build_object(
                   'kind', each.kind, 'partner', partner.account_number, 'answer', each.answer,
                   'answered_at', each.answered_at, 'ground', each.ground)
                   ORDER BY each.due_at, each.kind, partner.account_number) AS answers
          FROM partner_change AS c JOIN consent AS each ON each.change_id = c.id
          LEFT JOIN partner ON partner.id = each.partner_id
         WHERE c.id = ANY (%s) AND c.state = %s
         GROUP BY c.id) AS change
 ORDER BY id
"""
