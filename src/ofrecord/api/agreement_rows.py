"""Agreements as the API shows them: one query for one of them, or for a page."""

from typing import Any

from ofrecord.agreements.models import Agreement
from ofrecord.api.pages import Row, rows
from ofrecord.changes import refusals
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor

EMPTY: dict[str, Any] = {
    "reference": None,
    "account": None,
    "partner": None,
    "purchasing_model": None,
    "ends_from": None,
    "ends_to": None,
    "cursor": None,
}


def agreement_rows(by: Actor, limit: int, **wanted: Any) -> list[Row]:
    """Agreements that the actor may see, in the order of their references."""
    return rows(
        _AGREEMENTS,
        {
            **EMPTY,
            **wanted,
            "all": by.sees_everything,
            "accounts": list(by.accounts),
            "now": clock.business_now(),
            "limit": limit,
        },
    )


def visible(by: Actor, reference: str) -> int:
    """The id of an agreement that the actor may see; refused as `not_found`.

    Call it inside `parties.context.seeing`.
    """
    found = Agreement.objects.visible_to(by).filter(reference=reference)
    id = found.values_list("pk", flat=True).first()
    if id is None:
        raise refusals.refused([refusals.not_found(reference)])
    return id


_AGREEMENTS = """
SELECT a.reference AS agreement, a.purchasing_model,
       json_build_object('account_number', account.account_number, 'name', account.name) AS account,
       a.program, a.token_flex, a.country,
       (SELECT json_build_object('email', p.email, 'name', p.name)
          FROM person AS p WHERE p.id = a.contract_manager_id) AS contract_manager,
       a.ends_on, a.version,
       (SELECT json_agg(json_build_object('number', t.number, 'start_on', t.start_on,
                          'end_on', t.end_on, 'auto_renew', t.auto_renew) ORDER BY t.number)
          FROM term AS t WHERE t.agreement_id = a.id) AS terms,
       (SELECT coalesce(json_agg(json_build_object('reference', s.reference, 'product', s.product,
                          'seats', s.seats) ORDER BY s.reference), '[]')
          FROM subscription AS s WHERE s.agreement_id = a.id) AS subscriptions,
       (SELECT coalesce(json_agg(json_build_object('partner', partner.account_number,
                          'name', partner.name, 'role', t.role, 'subscription', s.reference)
                          ORDER BY t.role DESC, partner.name, t.id), '[]')
          FROM tenure AS t JOIN partner ON partner.id = t.partner_id
          LEFT JOIN subscription AS s ON s.id = t.subscription_id
         WHERE t.agreement_id = a.id AND t.superseded_at IS NULL
           AND t.effective_from <= %(now)s
           AND (t.effective_until IS NULL OR t.effective_until > %(now)s)) AS partners_of_record,
       (SELECT c.number FROM partner_change AS c WHERE c.agreement_id = a.id
           AND c.state IN ('submitted', 'awaiting_consent', 'scheduled')) AS open_change
  FROM agreement AS a JOIN account ON account.id = a.account_id
 WHERE (%(all)s OR a.account_id = ANY (%(accounts)s))
   AND (%(reference)s::text IS NULL OR a.reference = %(reference)s)
   AND (%(cursor)s::text IS NULL OR a.reference > %(cursor)s)
   AND (%(account)s::text IS NULL OR a.account_id = (
        SELECT id FROM account WHERE account_number = %(account)s))
   AND (%(purchasing_model)s::text IS NULL OR a.purchasing_model = %(purchasing_model)s)
   AND (%(ends_from)s::date IS NULL OR a.ends_on >= %(ends_from)s)
   AND (%(ends_to)s::date IS NULL OR a.ends_on <= %(ends_to)s)
   AND (%(partner)s::text IS NULL OR EXISTS (
        SELECT FROM tenure AS t WHERE t.agreement_id = a.id AND t.superseded_at IS NULL
           AND t.partner_id = (SELECT id FROM partner WHERE account_number = %(partner)s)
           AND t.effective_from <= %(now)s
           AND (t.effective_until IS NULL OR t.effective_until > %(now)s)))
 ORDER BY a.reference LIMIT %(limit)s
"""
