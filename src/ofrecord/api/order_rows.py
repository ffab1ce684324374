"""Orders as the API shows them: one query for one of them, or for a page."""

from ofrecord.api.amounts import money
from ofrecord.api.pages import Row, lost, rows
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.quotes import refusals
from ofrecord.quotes.corrected import corrections_of
from ofrecord.quotes.models import Order


def order_row(by: Actor, number: str) -> Row:
    """One order; refused as `not_found`. Call it inside `parties.context.seeing`."""
    found = _rows(by, 1, None, number)
    if not found:
        raise refused([refusals.no_order(number)])
    return found[0]


def order_rows(by: Actor, limit: int, cursor: str | None) -> list[Row]:
    """Orders that the actor may see, the newest first."""
    if cursor and not Order.objects.visible_to(by).filter(number=cursor).exists():
        raise lost()
    return _rows(by, limit, cursor, None)


def _rows(by: Actor, limit: int, cursor: str | None, only: str | None) -> list[Row]:
    seen = {
        "all": by.sees_everything,
        "accounts": list(by.accounts),
        "partners": list(by.partners),
    }
    found = rows(_ORDERS, {**seen, "cursor": cursor, "only": only, "limit": limit})
    corrections = corrections_of([row["number"] for row in found])
    for row in found:
        row["corrected_by"] = corrections.get(row["number"], [])
        for name in ("net", "tax", "total"):
            row[name] = money(row[name], row["currency"])
    return found


# A partner sees no change; and agreement and account only while it is of record, or as its own
# quote names them.
_ORDERS = """
SELECT o.number, o.transaction, quote.number AS quote, o.kind,
       coalesce(account.account_number, quote.customer ->> 'account') AS account,
       partner.account_number AS partner,
       ARRAY(SELECT a.reference FROM agreement AS a
              WHERE a.id IN (o.agreement_id, quote.agreement_id)
                 OR a.id IN (SELECT term.agreement_id FROM term
                              WHERE term.account_id = o.account_id
                                AND term.order_number = o.number)
              UNION
             SELECT quote.customer ->> 'agreement' WHERE quote.customer ->> 'agreement' <> ''
              ORDER BY 1) AS agreements,
       ARRAY(SELECT c.number FROM partner_change AS c
              WHERE c.cause = 'order/' || o.number AND c.cause <> ''
              ORDER BY c.id) AS partner_changes,
       o.purchase_order, o.currency, o.net, o.tax, o.total, o.begins_on,
       o.accepted_at AS booked_at
  FROM sales_order AS o
  JOIN partner ON partner.id = o.partner_id
  LEFT JOIN account ON account.id = o.account_id
  LEFT JOIN quote ON quote.id = o.quote_id
 WHERE (%(all)s OR o.account_id = ANY (%(accounts)s) OR o.partner_id = ANY (%(partners)s))
   AND (%(only)s::text IS NULL OR o.number = %(only)s)
   AND (%(cursor)s::text IS NULL OR o.id <
        (SELECT last.id FROM sales_order AS last WHERE last.number = %(cursor)s))
 ORDER BY o.id DESC LIMIT %(limit)s
"""
