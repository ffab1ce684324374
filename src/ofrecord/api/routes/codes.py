"""Transfer codes: made and withdrawn for an account, redeemed by the partner they name."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.api.answers import answer
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY
from ofrecord.api.operation import operation
from ofrecord.api.pages import Row, lost, page, rows
from ofrecord.api.shapes import changes
from ofrecord.api.shapes import codes as shapes
from ofrecord.api.writing import Done, write
from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.codes.withdraw import withdraw
from ofrecord.changes.models import TransferCode
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, PARTNER, VENDOR

router = Router(tags=["Transfer codes"])
KINDS = (VENDOR, ACCOUNT)
Id = Annotated[UUID, Path(description="A transfer code's id; not the code itself.")]


@operation(
    router,
    "POST",
    "/transfer-codes",
    name="make_transfer_code",
    summary="Make a transfer code",
    answers={201: shapes.MadeCode},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def make_transfer_code(request: ApiRequest, asked: shapes.CodeRequest) -> HttpResponse:
    """Make a code with which one partner can take agreements over, once, while it is valid.

    All of the agreements have to be open to the change today, for the person in `on_behalf_of`.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        given = asked.model_dump(exclude={"agreements", "partner", "on_behalf_of"})
        made = make(asked.agreements, asked.partner, by=by, **given)
        return Done(asdict(made), 201, secret=True)

    return write(request, "make_code", asked.model_dump(mode="json"), act)


@operation(
    router,
    "GET",
    "/transfer-codes",
    name="list_transfer_codes",
    summary="List transfer codes",
    answers={200: shapes.CodePage},
    scope="changes:read",
    kinds=KINDS,
    query=shapes.CodeFilters,
    problems=(404,),
)
def list_transfer_codes(request: ApiRequest, filters: Query[shapes.CodeFilters]) -> HttpResponse:
    """The codes of the account, the newest first, and what became of each."""
    with seeing(request.actor):
        found = _codes(request.actor, filters.limit + 1, filters.cursor)
    return answer(page("transfer_codes", found, filters.limit, "id"))


@operation(
    router,
    "POST",
    "/transfer-codes/{id}/withdrawal",
    name="withdraw_transfer_code",
    summary="Withdraw a transfer code",
    answers={200: shapes.TransferCode},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def withdraw_transfer_code(request: ApiRequest, id: Id, asked: shapes.Withdrawal) -> HttpResponse:
    """Let a code that was not redeemed yet be redeemed by nobody. Once more changes nothing."""

    def act(by: Actor, _request_id: int | None) -> Done:
        withdraw(id, by=by)
        return Done(_codes(by, 1, None, id)[0])

    return write(request, "withdraw_code", {"id": str(id), **asked.model_dump(mode="json")}, act)


@operation(
    router,
    "POST",
    "/transfer-codes/redemption",
    name="redeem_transfer_code",
    summary="Redeem a transfer code",
    answers={200: changes.Outcomes},
    scope="consents:write",
    kinds=(PARTNER,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def redeem_transfer_code(request: ApiRequest, asked: shapes.Redemption) -> HttpResponse:
    """Take the agreements of a code over, for the partner that the client belongs to.

    A code that there is not, or that names another partner, is not found.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        return Done(redeem(asked.code, by=by).as_data())

    return write(request, "redeem_code", asked.model_dump(mode="json"), act)


def _codes(by: Actor, limit: int, cursor: UUID | None, only: UUID | None = None) -> list[Row]:
    if cursor and not TransferCode.objects.visible_to(by).filter(pk=cursor).exists():
        raise lost()
    seen = {"all": by.sees_everything, "accounts": list(by.accounts)}
    return rows(_CODES, {**seen, "cursor": cursor, "only": only, "limit": limit})


_CODES = """
SELECT t.id, partner.account_number AS partner, t.reason, t.made_at,
       json_build_object('email', maker.email, 'name', maker.name) AS made_by,
       t.valid_until, t.redeemed_at, t.withdrawn_at,
       ARRAY(SELECT a.reference FROM transfer_code_agreement AS named
               JOIN agreement AS a ON a.id = named.agreement_id
              WHERE named.code_id = t.id ORDER BY a.reference) AS agreements,
       ARRAY(SELECT c.number FROM partner_change AS c
              WHERE c.cause = 'transfer_code/' || t.id AND c.cause <> ''
              ORDER BY c.id) AS changes
  FROM transfer_code AS t JOIN partner ON partner.id = t.partner_id
  JOIN person AS maker ON maker.id = t.made_by_id
 WHERE (%(all)s OR t.account_id = ANY (%(accounts)s))
   AND (%(only)s::uuid IS NULL OR t.id = %(only)s)
   AND (%(cursor)s::uuid IS NULL OR (t.made_at, t.id) <
        (SELECT last.made_at, last.id FROM transfer_code AS last WHERE last.id = %(cursor)s))
 ORDER BY t.made_at DESC, t.id DESC LIMIT %(limit)s
"""
