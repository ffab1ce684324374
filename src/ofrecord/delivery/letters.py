"""Writing letters: rows in the act's own transaction, so that none tells of what was undone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from ofrecord.journal.prepared import prepared


@dataclass(frozen=True)
class Draft:
    """A letter to one person, or to one partner's own address, composed and not sent.

    `account_id` is the account in which a person must still hold a role when it is sent.
    `about` names the agreements and changes it tells of.
    """

    act: UUID
    kind: str
    language: str
    subject: str
    text: str
    html: str
    person_id: int | None = None
    partner_id: int | None = None
    account_id: int | None = None
    about: tuple[str, ...] = field(default=())


def write(drafts: Sequence[Draft]) -> None:
    """Keep the letters for the worker to send; one statement, inside the caller's transaction."""
    if drafts:
        with prepared() as cursor:
            cursor.execute(_INSERT, list(map(list, zip(*map(_row, drafts), strict=True))))


def one_line(text: str) -> str:
    """Text that is safe in a header: one line, without control characters, not endless."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()[:200]


def _row(draft: Draft) -> tuple[object, ...]:
    return (
        *(draft.act, draft.kind, draft.person_id, draft.partner_id, draft.account_id),
        *("\n".join(draft.about), draft.language, one_line(draft.subject)),
        *(draft.text, draft.html),
    )


_INSERT = """
INSERT INTO letter (act, kind, person_id, partner_id, account_id, about, language, subject, text,
                    html, state, created_at, next_try_at, attempts, sent_to, last_error)
SELECT act, kind, person_id, partner_id, account_id, string_to_array(about, E'\n'), language,
       subject, text, html, 'waiting', clock_timestamp(), clock_timestamp(), 0, '', ''
  FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
              %s::text[], %s::text[], %s::text[], %s::text[])
       AS draft(act, kind, person_id, partner_id, account_id, about, language, subject, text, html)
"""
