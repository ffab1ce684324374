"""Agreements of record: what a partner's own system sees of what the firm is of record for."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from ofrecord.agreements import own
from ofrecord.agreements.own import Line
from ofrecord.api.answers import answer, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import Row, lost, rows
from ofrecord.api.routes.agreements import SCOPE, Ref
from ofrecord.api.shapes import of_record as shapes
from ofrecord.changes import refusals
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import PARTNER

router = Router(tags=["Agreements"])


@operation(
    router,
    "GET",
    "/agreements-of-record",
    name="list_agreements_of_record",
    summary="List what a firm is of record for",
    answers={200: shapes.OwnPage},
    scope=SCOPE,
    kinds=(PARTNER,),
    query=shapes.OwnFilters,
    problems=(404,),
)
def list_agreements_of_record(
    request: ApiRequest, filters: Query[shapes.OwnFilters]
) -> HttpResponse:
    """Where the firm is of record, is to be, or was: each role on each agreement.

    Of what it is not of record for now it is told the reference, the account's name, and its own
    role; never who else is, was or will be of record.
    """
    (firm,) = request.actor.partners
    start, role = _place(filters.cursor), filters.role or ""
    with seeing(request.actor):
        found = own.lines(firm, filters.show, role, start, filters.limit + 1)
    shown, more = found[: filters.limit], len(found) > filters.limit
    later = _cursor(shown[-1], filters.show) if more else None
    lines = [_line(each) for each in shown]
    return answer({"agreements_of_record": lines, "next_cursor": later})


@operation(
    router,
    "GET",
    "/agreements-of-record/{reference}",
    name="get_agreement_of_record",
    summary="Show a firm's part of an agreement",
    answers={200: shapes.OwnAgreement, 304: None},
    scope=SCOPE,
    kinds=(PARTNER,),
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_agreement_of_record(request: ApiRequest, reference: Ref) -> HttpResponse:
    """The firm's own tenures of an agreement; its term and subscriptions while it is of record.

    An agreement of which the firm never was of record is not found, whether it exists or not.
    """
    with seeing(request.actor):
        if not (ids := own.ids_on(reference)):
            raise refusals.refused([refusals.not_found(reference)])
        _reference, model, name = own.names_of(ids)[ids[0]]
        (found,) = rows(_ONE, {"ids": ids})
    number = found.pop("account_number")
    account = {"account_number": number, "name": name}
    said = {"agreement": reference, "purchasing_model": model, "account": account}
    return tagged(request, {**said, **found})


def _place(cursor: str | None) -> tuple[datetime, int] | None:
    if cursor is None:
        return None
    at, _tilde, id = cursor.partition("~")
    try:
        return datetime.fromisoformat(at).replace(tzinfo=UTC), int(id)
    except ValueError:
        raise lost() from None


def _cursor(line: Line, show: str) -> str:
    at = own.place_of(line, show).astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}~{line.tenure}"


def _line(line: Line) -> Row:
    term: dict[str, Any] = {
        "start_on": line.start_on,
        "end_on": line.end_on,
        "auto_renew": line.auto_renew,
    }
    return {
        "agreement": line.reference,
        "purchasing_model": line.model,
        "account": line.account,
        "role": line.role,
        "effective_from": line.since,
        "effective_until": line.until,
        "products": list(line.products),
        "seats": line.seats,
        "term": term if line.start_on else None,
    }


# Row-level security shows agreement, terms and subscriptions only while the firm is of record;
# the account it might still serve with another agreement.
_ONE = """
SELECT a.id IS NOT NULL AS of_record, a.country,
       (SELECT account_number FROM account WHERE account.id = a.account_id) AS account_number,
       own.tenures,
       (SELECT coalesce(json_agg(json_build_object('number', t.number, 'start_on', t.start_on,
                          'end_on', t.end_on, 'auto_renew', t.auto_renew) ORDER BY t.number), '[]')
          FROM term AS t WHERE t.agreement_id = a.id) AS terms,
       (SELECT coalesce(json_agg(json_build_object('reference', s.reference, 'product', s.product,
                          'seats', s.seats) ORDER BY s.reference), '[]')
          FROM subscription AS s WHERE s.agreement_id = a.id) AS subscriptions
  FROM (SELECT t.agreement_id,
               json_agg(json_build_object('role', t.role, 'subscription', s.reference,
                          'effective_from', t.effective_from,
                          'effective_until', t.effective_until)
                          ORDER BY t.effective_from, t.id) AS tenures
          FROM tenure AS t LEFT JOIN subscription AS s ON s.id = t.subscription_id
         WHERE t.id = ANY (%(ids)s) GROUP BY t.agreement_id) AS own
  LEFT JOIN agreement AS a ON a.id = own.agreement_id
"""
