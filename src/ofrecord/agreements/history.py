"""Who was partner of record at an instant, as known at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class OfRecord:
    """One partner of record at the instant asked for; `subscription` None is agreement-wide."""

    agreement_id: int
    partner_id: int
    number: str
    name: str
    role: str
    subscription: str | None
    effective_from: datetime
    effective_until: datetime | None
    recorded_at: datetime

    def as_data(self) -> dict[str, Any]:
        """As doors for programs write it."""
        return {
            "partner": self.number,
            "name": self.name,
            "role": self.role,
            "subscription": self.subscription,
            "effective_from": self.effective_from,
            "effective_until": self.effective_until,
            "recorded_at": self.recorded_at,
        }


def partners_of_record(
    agreement_ids: Sequence[int], effective_at: datetime, known_at: datetime | None = None
) -> dict[int, list[OfRecord]]:
    """The partner sets at that instant, as known at `known_at` (now when None).

    Every agreement asked for is a key; an empty list means sold direct. Call it inside
    `parties.context.seeing`.
    """
    ids = list(agreement_ids)
    asked: dict[str, Any] = {"ids": ids, "effective_at": effective_at, "known_at": known_at}
    with connection.cursor() as cursor:
        cursor.execute(_AS_OF, asked)
        found = [OfRecord(*row) for row in cursor.fetchall()]
    sets: dict[int, list[OfRecord]] = {id: [] for id in agreement_ids}
    for each in found:
        sets[each.agreement_id].append(each)
    return sets


_AS_OF = """
SELECT t.agreement_id, t.partner_id, partner.account_number, partner.name, t.role,
       subscription.reference, t.effective_from, t.effective_until, t.recorded_at
  FROM tenure AS t JOIN partner ON partner.id = t.partner_id
  LEFT JOIN subscription ON subscription.id = t.subscription_id
 WHERE t.agreement_id = ANY (%(ids)s)
   AND t.effective_from <= %(effective_at)s
   AND (t.effective_until IS NULL OR t.effective_until > %(effective_at)s)
   AND t.recorded_at <= coalesce(%(known_at)s::timestamptz, 'infinity')
   AND (t.superseded_at IS NULL OR t.superseded_at > %(known_at)s::timestamptz)
 ORDER BY t.agreement_id, t.role DESC, partner.name, t.id
"""
