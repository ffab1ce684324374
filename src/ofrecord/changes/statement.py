"""Statement: who was partner of record at an instant, as known at an instant, signed.

It stands in place of a letter on letterhead. What is recorded later never alters it: an answer
that an open transaction could still add to is marked not final, and is not signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from ofrecord.agreements.history import OfRecord, partners_of_record
from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.issue import Document, drawn_up, tell
from ofrecord.journal import settled
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.streams import lock_accounts

KIND = "statement"


@dataclass(frozen=True)
class _Stated:
    """An agreement, and the head of its stream as known at the instant asked for."""

    id: int
    account_id: int
    reference: str
    purchasing_model: str
    account_number: str
    account_name: str
    start_on: date | None
    sequence: int | None
    hash: str | None


def statement(
    references: Sequence[str],
    *,
    effective_at: datetime,
    known_at: datetime | None = None,
    by: Actor,
) -> Document:
    """State the partners of record of 1 to 10,000 agreements; `known_at` None means now.

    Not final when a transaction that was open at `known_at` has not ended within two seconds.
    Refused as `not_found` when one is not seen, `known_at_in_future` and `too_many`.
    """
    wanted = list(dict.fromkeys(references))
    with seeing(by):
        ids = _ids(wanted, by)
        known = _as_known(known_at)
        final = settled.settle(known)
        content = _content(ids, effective_at, known, final)
        accounts = lock_accounts(each.account_id for each in content.stated)
        document = drawn_up(KIND, _name(wanted, effective_at), content.said, final=final)
        told = {"effective_at": effective_at.isoformat(), "known_at": known.isoformat()}
        about = [(each.account_id, each.reference) for each in content.stated]
        tell("statement.issued", accounts, about, {**told, "final": final}, by)
    return document


def is_final(known_at: datetime | None) -> bool:
    """Whether nothing can be added to what is read from now on, as known then; None means now.

    Refused as `known_at_in_future`. Call it where `settled_until` may be called.
    """
    known = _as_known(known_at)
    return settled.settled_until() >= known


def _as_known(known_at: datetime | None) -> datetime:
    now = settled.recorded_now()
    if known_at and known_at > now:
        raise refusals.refused([refusals.known_at_in_future()])
    return known_at or now


@dataclass(frozen=True)
class _Content:
    stated: list[_Stated]
    said: dict[str, Any]


def _ids(wanted: list[str], by: Actor) -> list[int]:
    if len(wanted) > refusals.LIMIT:
        raise refusals.refused([refusals.too_many(len(wanted), refusals.LIMIT)])
    rows = Agreement.objects.visible_to(by).filter(reference__in=wanted)
    found = dict(rows.values_list("reference", "id"))
    if missing := [each for each in wanted if each not in found]:
        raise refusals.refused([refusals.not_found(missing[0])])
    return [found[reference] for reference in wanted]


def _content(ids: list[int], effective_at: datetime, known: datetime, final: bool) -> _Content:
    with connection.cursor() as cursor:
        cursor.execute(_STATED, {"ids": ids, "known": known})
        stated = [_Stated(*row) for row in cursor.fetchall()]
    sets = partners_of_record(ids, effective_at, known)
    said = {
        "effective_at": effective_at,
        "known_at": known,
        "final": final,
        "agreements": [_agreement(each, sets[each.id]) for each in stated],
    }
    return _Content(stated, said)


def _agreement(each: _Stated, partners: list[OfRecord]) -> dict[str, Any]:
    """An agreement that nothing was recorded of by then is not known, and not sold direct."""
    return {
        "agreement": each.reference,
        "purchasing_model": each.purchasing_model,
        "account": {"account_number": each.account_number, "name": each.account_name},
        "starts_on": each.start_on,
        "known": each.sequence is not None,
        "head": {"sequence": each.sequence, "hash": each.hash} if each.hash else None,
        "partners_of_record": [partner.as_data() for partner in partners],
    }


def _name(wanted: list[str], effective_at: datetime) -> str:
    what = wanted[0] if len(wanted) == 1 else f"{len(wanted)}-agreements"
    return f"statement-{what}-{effective_at.date().isoformat()}"


_STATED = """
SELECT a.id, account.id, a.reference, a.purchasing_model, account.account_number, account.name,
       (SELECT min(start_on) FROM term WHERE term.agreement_id = a.id),
       head.sequence, encode(head.hash, 'hex')
  FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted(id, place)
  JOIN agreement AS a ON a.id = wanted.id JOIN account ON account.id = a.account_id
  LEFT JOIN LATERAL (
       SELECT sequence, hash FROM event
        WHERE stream = 'agreement' AND subject_id = a.id AND recorded_at <= %(known)s
        ORDER BY sequence DESC LIMIT 1) AS head ON true
 ORDER BY wanted.place
"""
