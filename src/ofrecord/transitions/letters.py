"""The letters of acts on a partner: one to each person whom it concerns, and one to the firm.

They are admins of the accounts where it is of record, is to be, or has something on offer, and
the contract managers of these agreements. One statement finds them, however many agreements.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.utils import translation

from ofrecord.changes.letter_form import formed
from ofrecord.changes.letter_words import Words
from ofrecord.changes.letters import spoken
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.journal import clock
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.transitions import consequences, letter_words
from ofrecord.transitions.letter_words import LISTED

KINDS = {
    PartnerStatus.SUSPENDED: "partner.suspended",
    PartnerStatus.TERMINATED: "partner.terminated",
    PartnerStatus.ACTIVE: "partner.reinstated",
}


@dataclass(frozen=True)
class Reader:
    """Somebody of the accounts, and what of it is theirs: the first references, and counts."""

    id: int
    language: str
    account_id: int
    account: str
    accounts: int
    references: tuple[str, ...]
    agreements: int
    changes: tuple[str, ...]
    quotes: tuple[str, ...]


def write(partner: Partner, status: PartnerStatus) -> None:
    """Write the letters inside the act's transaction; `partner` is as it is after it."""
    act = uuid4()
    drafts = [_to_reader(partner, status, each, act) for each in readers(partner)]
    if partner.email:
        drafts.append(_to_firm(partner, status, act))
    letters.write(drafts)


def readers(partner: Partner) -> list[Reader]:
    """Who of the accounts is told."""
    given: dict[str, Any] = {
        "partner": partner.pk,
        "now": clock.business_now(),
        "changes": list(consequences.changes_to(partner).values_list("pk", flat=True)),
        "quotes": list(consequences.quotes_of(partner).values_list("pk", flat=True)),
        "listed": LISTED,
        "language": settings.LANGUAGE_CODE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READERS, given)
        return [_reader(*row) for row in cursor.fetchall()]


def _reader(*row: Any) -> Reader:
    """None of a kind is no array."""
    id, language, account_id, account, accounts, references, agreements, changes, quotes = row
    listed = tuple(references or ()), agreements, tuple(changes or ()), tuple(quotes or ())
    return Reader(id, language, account_id, account, accounts, *listed)


def _to_reader(partner: Partner, status: PartnerStatus, reader: Reader, act: UUID) -> Draft:
    language = spoken(reader.language)
    with translation.override(language):
        words = letter_words.for_account(partner, status, reader)
    return Draft(
        person_id=reader.id,
        account_id=reader.account_id,
        about=reader.references,
        **_rest(f"{KINDS[status]}.account", language, words, act),
    )


def _to_firm(partner: Partner, status: PartnerStatus, act: UUID) -> Draft:
    language = spoken(partner.language)
    with translation.override(language):
        words = letter_words.for_firm(partner, status)
    return Draft(
        partner_id=partner.pk,
        about=(partner.account_number,),
        **_rest(f"{KINDS[status]}.partner", language, words, act),
    )


def _rest(kind: str, language: str, words: Words, act: UUID) -> dict[str, Any]:
    text, html = formed(language, words)
    return {
        "act": act,
        "kind": kind,
        "language": language,
        "subject": words.subject,
        "text": text,
        "html": html,
    }


_READERS = """
WITH item AS (
     SELECT 'agreement' AS what, a.id AS agreement_id, a.account_id, a.reference AS name
       FROM tenure AS t JOIN agreement AS a ON a.id = t.agreement_id
      WHERE t.partner_id = %(partner)s AND t.superseded_at IS NULL
        AND (t.effective_until IS NULL OR t.effective_until > %(now)s)
      UNION
     SELECT 'change', agreement_id, account_id, number FROM partner_change
      WHERE id = ANY (%(changes)s)
      UNION
     SELECT 'quote', agreement_id, account_id, number FROM quote
      WHERE id = ANY (%(quotes)s) AND issued_at IS NOT NULL),
     told AS (
     SELECT role.person_id, item.* FROM item
       JOIN role ON role.account_id = item.account_id
        AND role.name IN ('primary_admin', 'secondary_admin')
      UNION
     SELECT a.contract_manager_id, item.* FROM item JOIN agreement AS a ON a.id = item.agreement_id
      WHERE a.contract_manager_id IS NOT NULL)
SELECT person.id, coalesce(nullif(person.language, ''), min(account.language), %(language)s),
       min(account.id), min(account.name), count(DISTINCT account.id),
       (array_agg(DISTINCT told.name) FILTER (WHERE what = 'agreement'))[1:%(listed)s],
       count(DISTINCT told.name) FILTER (WHERE what = 'agreement'),
       (array_agg(DISTINCT told.name) FILTER (WHERE what = 'change'))[1:%(listed)s],
       (array_agg(DISTINCT told.name) FILTER (WHERE what = 'quote'))[1:%(listed)s]
  FROM told
  JOIN person ON person.id = told.person_id AND person.is_active
  JOIN account ON account.id = told.account_id
 GROUP BY person.id ORDER BY person.id
"""
