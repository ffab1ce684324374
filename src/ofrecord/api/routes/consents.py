"""Consents: what changes wait for, and the answers of the parties that were asked."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.api.answers import answer, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import lost, page, rows
from ofrecord.api.shapes import consents as shapes
from ofrecord.api.writing import Done, write
from ofrecord.changes import refusals
from ofrecord.changes.consents.answer import answer as give
from ofrecord.changes.consents.refusals import no_consent
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

router = Router(tags=["Consents"])
Id = Annotated[UUID, Path(description="A consent's id.")]


@operation(
    router,
    "GET",
    "/consents",
    name="list_consents",
    summary="List consents",
    answers={200: shapes.ConsentPage},
    scope="consents:read",
    query=shapes.ConsentFilters,
    problems=(404,),
)
def list_consents(request: ApiRequest, filters: Query[shapes.ConsentFilters]) -> HttpResponse:
    """The consents that were asked of the client's own party, or for its account's changes."""
    asked = {**_seen_by(request.actor), **filters.model_dump(), "limit": filters.limit + 1}
    with seeing(request.actor):
        if filters.cursor and _found(request.actor, filters.cursor) is None:
            raise lost()
        found = rows(_LIST, asked)
    return answer(page("consents", found, filters.limit, "id"))


@operation(
    router,
    "GET",
    "/consents/{id}",
    name="get_consent",
    summary="Show a consent",
    answers={200: shapes.Consent, 304: None},
    scope="consents:read",
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_consent(request: ApiRequest, id: Id) -> HttpResponse:
    """What is asked of whom, until when, and the answer."""
    with seeing(request.actor):
        return tagged(request, _shown(request.actor, id))


@operation(
    router,
    "POST",
    "/consents/{id}/answer",
    name="answer_consent",
    summary="Give or refuse a consent",
    answers={200: shapes.Consent},
    scope="consents:write",
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def answer_consent(request: ApiRequest, id: Id, asked: shapes.ConsentAnswer) -> HttpResponse:
    """Answer for the partner that the client belongs to, or confirm for the system of record.

    An account's client names the person who approves in `on_behalf_of`. The last answer that a
    change waits for decides it at once. Whoever refuses says why: without a `reason` it is refused
    as `reason_missing` (422). A losing partner objects on a `ground` instead.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        given = asked.answer == "give"
        give([id], given=given, by=by, ground=asked.ground or "", reason=asked.reason or "")
        return Done(_shown(by, id))

    return write(request, "consent", {"id": str(id), **asked.model_dump(mode="json")}, act)


def _shown(by: Actor, id: UUID) -> dict[str, Any]:
    found = _found(by, id)
    if found is None:
        raise refusals.refused([no_consent(str(id))])
    return found


def _found(by: Actor, id: UUID) -> dict[str, Any] | None:
    return next(iter(rows(_ONE, {**_seen_by(by), "id": id})), None)


def _seen_by(by: Actor) -> dict[str, Any]:
    whole, mine = by.sees_everything, list(by.partners)
    return {"all": whole, "accounts": list(by.accounts), "partners": mine}


# What a partner is told was frozen when it was asked; the change's row is not its to see.
_CONSENTS = """
SELECT k.id, k.kind, c.number AS change, k.shown ->> 'agreement' AS agreement,
       k.shown ->> 'account' AS account, partner.account_number AS partner,
       k.shown ->> 'role' AS role, (k.shown ->> 'effective_at')::timestamptz AS effective_at,
       k.asked_at, k.due_at, k.answer, k.answered_at, k.ground, k.reason
  FROM consent AS k
  LEFT JOIN partner_change AS c
         ON c.id = k.change_id AND (%(all)s OR c.account_id = ANY (%(accounts)s))
  LEFT JOIN partner ON partner.id = k.partner_id
 WHERE (%(all)s OR k.account_id = ANY (%(accounts)s) OR k.partner_id = ANY (%(partners)s))
"""
_ONE = f"{_CONSENTS} AND k.id = %(id)s"
_LIST = f"""{_CONSENTS}
   AND (%(waiting)s::boolean IS NULL OR (k.answer = '') = %(waiting)s)
   AND (%(due_before)s::timestamptz IS NULL OR k.due_at < %(due_before)s)
   AND (%(cursor)s::uuid IS NULL OR (k.asked_at, k.id) <
        (SELECT last.asked_at, last.id FROM consent AS last WHERE last.id = %(cursor)s))
 ORDER BY k.asked_at DESC, k.id DESC LIMIT %(limit)s
"""
