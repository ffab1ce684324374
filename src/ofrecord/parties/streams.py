"""Facts of accounts, partners and people, each in its own stream."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from ofrecord.journal.record import By, Fact, open_ledger
from ofrecord.parties.models import Account, Partner, Person

_STREAMS = {Account: "account", Partner: "partner", Person: "person"}


def tell(
    subject: Account | Partner | Person, type: str, data: dict[str, Any], by: By, about: str = ""
) -> datetime:
    """Record one fact of a party and raise its version; the recorded time.

    Locks the party first. Call it inside `parties.context.seeing`. People are named by id only,
    so that their names can be blanked.
    """
    kind = Account if isinstance(subject, Account) else Partner
    model = Person if isinstance(subject, Person) else kind
    model.objects.select_for_update(no_key=True).get(pk=subject.pk)
    ledger = open_ledger(_STREAMS[model], [subject.pk])
    known_as = str(subject.pk) if isinstance(subject, Person) else subject.account_number
    fact = Fact(
        subject_id=subject.pk,
        type=type,
        subject=known_as,
        data=data,
        account_id=subject.pk if isinstance(subject, Account) else None,
        partner_id=subject.pk if isinstance(subject, Partner) else None,
        about=about,
    )
    ledger.record([fact], by)
    model.objects.filter(pk=subject.pk).update(version=ledger.sequence(subject.pk))
    return ledger.at


def lock_accounts(ids: Iterable[int]) -> dict[int, str]:
    """Lock accounts in the order of their ids, for facts in their streams; their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(ids))])
        return dict(cursor.fetchall())


def tell_accounts(facts: Sequence[Fact], by: By) -> datetime:
    """Record facts of locked accounts, and raise their versions; the recorded time."""
    ids = list(dict.fromkeys(fact.subject_id for fact in facts))
    ledger = open_ledger("account", ids)
    ledger.record(facts, by)
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [ids, [ledger.sequence(id) for id in ids]])
    return ledger.at


_LOCK = """
SELECT id, account_number FROM account WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE
"""
_VERSIONS = """
UPDATE account SET version = raised.version
  FROM unnest(%s::bigint[], %s::int[]) AS raised(id, version) WHERE account.id = raised.id
"""
