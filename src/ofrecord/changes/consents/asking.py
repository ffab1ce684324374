"""Whose consent a change needs, by the policy, and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Jsonb

from ofrecord.changes.check import Check
from ofrecord.changes.decided import Party
from ofrecord.changes.models import Kind, Movement
from ofrecord.journal import clock

ASKING = ("request",)
"""The occasions on which consent is asked."""
OF_PARTNERS = {Movement.GAINING: Kind.GAINING, Movement.LOSING: Kind.LOSING}


@dataclass(frozen=True)
class Ask:
    """One consent to be asked for; without a partner it is the customer's or a system's."""

    kind: Kind
    party: Party | None
    due_at: datetime

    def as_data(self) -> dict[str, Any]:
        """As events and previews tell it."""
        return {
            "kind": self.kind.value,
            "partner": self.party.number if self.party else None,
            "due_at": self.due_at.isoformat(),
        }


def asked(check: Check) -> tuple[Ask, ...]:
    """The consents that a change of this agreement needs if it is submitted today.

    A consent of n days can be given through the n-th day after today, in the vendor's zone.
    """
    if check.overridden:
        return _second_person(check)
    if check.occasion not in ASKING or check.after is None:
        return ()
    days = {kind: count for kind, count in check.terms.consent_days.items() if count}
    if days.keys() <= {Kind.OVERRIDE.value}:
        return ()
    wanted = ((kind, party) for kind, party in _parties(check) if kind in days)
    return tuple(Ask(kind, party, _due(days[kind])) for kind, party in wanted)


def _second_person(check: Check) -> tuple[Ask, ...]:
    """Somebody else of the vendor, where the policy wants one for what was overridden."""
    days = check.terms.consent_days.get(Kind.OVERRIDE, 0)
    grave = set(check.overridden) & set(check.terms.second_person_for)
    return (Ask(Kind.OVERRIDE, None, _due(days)),) if days and grave else ()


def _parties(check: Check) -> Iterable[tuple[Kind, Party | None]]:
    """Everybody who could be asked: each partner once, however many roles it has."""
    for movement, kind in OF_PARTNERS.items():
        own = {party.partner_id: party for party, each in check.moves.items() if each == movement}
        yield from ((kind, party) for party in own.values())
    yield from ((Kind.APPROVAL, None), (Kind.CONFIRMATION, None))


def _due(days: int) -> datetime:
    return clock.midnight(clock.today() + timedelta(days=days + 1))


def ask(asks: Sequence[tuple[int, Check, Ask]], at: datetime) -> list[UUID]:
    """Write the consents that changes wait for; one statement."""
    rows = [
        (
            *(uuid4(), change_id, check.facts["account_id"], each.kind.value),
            *(each.party.partner_id if each.party else None, each.due_at),
            Jsonb(_shown(check, each)),
        )
        for change_id, check, each in asks
    ]
    if rows:
        with connection.cursor() as cursor:
            _insert(cursor, rows, at)
    return [row[0] for row in rows]


def _insert(cursor: CursorWrapper, rows: Sequence[tuple[Any, ...]], at: datetime) -> None:
    cursor.execute(_ASK, [at, *map(list, zip(*rows, strict=True))])


def _shown(check: Check, asked: Ask) -> dict[str, Any]:
    """What the party may know of the change: a losing partner not who comes next."""
    given, party = check.facts, asked.party
    return {
        "agreement": given["reference"],
        "purchasing_model": given["purchasing_model"],
        "account": given["account_name"],
        "role": party.role if party else None,
        "effective_at": given["effective_at"].isoformat(),
    }


_ASK = """
INSERT INTO consent (asked_at, answer, client, ground, reason, id, change_id, account_id, kind,
                     partner_id, due_at, shown)
SELECT %s, '', '', '', '', asked.*
  FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[],
              %s::timestamptz[], %s::jsonb[]) AS asked
"""
