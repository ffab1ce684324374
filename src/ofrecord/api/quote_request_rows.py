"""Requests for quotes as the API shows them: one query for one of them, or for a page."""

from typing import Any
from uuid import UUID

from ofrecord.api.pages import Row, lost, rows
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.quotes import refusals
from ofrecord.quotes.models import QuoteRequest


def request_rows(
    by: Actor, limit: int, *, cursor: UUID | None = None, state: str | None = None
) -> list[Row]:
    """Requests that the actor may see, those asked last first."""
    if cursor and not QuoteRequest.objects.visible_to(by).filter(pk=cursor).exists():
        raise lost()
    return _rows(by, limit=limit, cursor=cursor, state=state)


def request_row(by: Actor, id: UUID) -> Row:
    """One request; refused as `not_found`. Call it inside `parties.context.seeing`."""
    found = _rows(by, only=id, limit=1)
    if not found:
        raise refused([refusals.no_request(str(id))])
    return found[0]


def _rows(by: Actor, **wanted: Any) -> list[Row]:
    seen = {
        "all": by.sees_everything,
        "accounts": list(by.accounts),
        "partners": list(by.partners),
    }
    return rows(_REQUESTS, {"only": None, "cursor": None, "state": None, **seen, **wanted})


# What the partner is told of account and agreement was frozen when it was asked.
_REQUESTS = """
SELECT r.id, r.state, r.kind,
       json_build_object('account_number', partner.account_number, 'name', partner.name) AS partner,
       json_build_object('account_number', r.shown ->> 'account', 'name', r.shown ->> 'name')
         AS account,
       r.shown ->> 'country' AS country, r.shown ->> 'agreement' AS agreement,
       r.shown ->> 'purchasing_model' AS purchasing_model,
       (r.shown -> 'term')::json AS term,
       coalesce(r.shown -> 'products', '[]')::json AS products,
       r.wish, r.asked_at, r.closed_at, r.closed_reason,
       ARRAY(SELECT DISTINCT quote.number FROM quote
              WHERE quote.request_id = r.id ORDER BY quote.number) AS quotes
  FROM quote_request AS r JOIN partner ON partner.id = r.partner_id
 WHERE (%(all)s OR r.account_id = ANY (%(accounts)s) OR r.partner_id = ANY (%(partners)s))
   AND (%(only)s::uuid IS NULL OR r.id = %(only)s)
   AND (%(state)s::text IS NULL OR r.state = %(state)s)
   AND (%(cursor)s::uuid IS NULL OR (r.asked_at, r.id) <
        (SELECT last.asked_at, last.id FROM quote_request AS last WHERE last.id = %(cursor)s))
 ORDER BY r.asked_at DESC, r.id DESC LIMIT %(limit)s
"""
