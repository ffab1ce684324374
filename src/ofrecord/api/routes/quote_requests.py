"""Requests for quotes: a customer asks one partner, which answers with a quote or declines."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.api.answers import answer, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import page
from ofrecord.api.quote_request_rows import request_row, request_rows
from ofrecord.api.routes.quotes import READ, WRITE
from ofrecord.api.shapes import quote_requests as shapes
from ofrecord.api.writing import Done, write
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, PARTNER
from ofrecord.quotes.close_request import decline_request, withdraw_request
from ofrecord.quotes.request import request as ask

router = Router(tags=["Quotes"])
Id = Annotated[UUID, Path(description="The id of a request for a quote.")]


@operation(
    router,
    "GET",
    "/quote-requests",
    name="list_quote_requests",
    summary="List requests for quotes",
    answers={200: shapes.QuoteRequestPage},
    scope=READ,
    query=shapes.QuoteRequestFilters,
    problems=(404,),
)
def list_quote_requests(
    request: ApiRequest, filters: Query[shapes.QuoteRequestFilters]
) -> HttpResponse:
    """What the account has asked for, what the firm was asked for, or all."""
    after, state = filters.cursor, filters.state
    with seeing(request.actor):
        found = request_rows(request.actor, filters.limit + 1, cursor=after, state=state)
    return answer(page("quote_requests", found, filters.limit, "id"))


@operation(
    router,
    "GET",
    "/quote-requests/{id}",
    name="get_quote_request",
    summary="Show a request for a quote",
    answers={200: shapes.QuoteRequest, 304: None},
    scope=READ,
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_quote_request(request: ApiRequest, id: Id) -> HttpResponse:
    """Who asks whom for what, and the quotes that answer it."""
    with seeing(request.actor):
        return tagged(request, request_row(request.actor, id))


@operation(
    router,
    "POST",
    "/quote-requests",
    name="request_quote",
    summary="Ask a partner for a quote",
    answers={201: shapes.QuoteRequest},
    scope=WRITE,
    kinds=(ACCOUNT,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def request_quote(request: ApiRequest, asked: shapes.QuoteWish) -> HttpResponse:
    """Ask the partner of exactly this account number, for the person in `on_behalf_of`.

    The partner learns what it has to know for an offer, and may quote until it has declined or
    the request is withdrawn. Each number counts as a look-up.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        given = asked.model_dump(exclude={"on_behalf_of", "partner", "agreement"})
        made = ask(asked.partner, by=by, agreement=asked.agreement or "", **given)
        return Done(request_row(by, made.pk), 201)

    return write(request, "request_quote", asked.model_dump(mode="json"), act)


@operation(
    router,
    "POST",
    "/quote-requests/{id}/withdrawal",
    name="withdraw_quote_request",
    summary="Withdraw a request for a quote",
    answers={200: shapes.QuoteRequest},
    scope=WRITE,
    kinds=(ACCOUNT,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def withdraw_quote_request(
    request: ApiRequest, id: Id, asked: shapes.RequestWithdrawal
) -> HttpResponse:
    """Ask no longer, for the person in `on_behalf_of`; the partner is told."""

    def act(by: Actor, _request_id: int | None) -> Done:
        withdraw_request(id, by=by, reason=asked.reason or "")
        return Done(request_row(by, id))

    content = {"id": str(id), **asked.model_dump(mode="json")}
    return write(request, "withdraw_quote_request", content, act)


@operation(
    router,
    "POST",
    "/quote-requests/{id}/declination",
    name="decline_quote_request",
    summary="Decline a request for a quote",
    answers={200: shapes.QuoteRequest},
    scope=WRITE,
    kinds=(PARTNER,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def decline_quote_request(
    request: ApiRequest, id: Id, asked: shapes.RequestDeclination
) -> HttpResponse:
    """Tell the customer that the firm will not quote, and why."""

    def act(by: Actor, _request_id: int | None) -> Done:
        decline_request(id, by=by, reason=asked.reason)
        return Done(request_row(by, id))

    content = {"id": str(id), **asked.model_dump(mode="json")}
    return write(request, "decline_quote_request", content, act)
