"""Quotes for the partners that make them: drafts, what is issued, and what is taken back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.quote_rows import held, quote_row
from ofrecord.api.routes.quotes import WRITE, Number, router
from ofrecord.api.shapes import quotes as shapes
from ofrecord.api.writing import Done, write
from ofrecord.parties.actors import Actor
from ofrecord.parties.scopes import PARTNER
from ofrecord.quotes.draft import draft, revise
from ofrecord.quotes.issue import issue
from ofrecord.quotes.withdraw import withdraw

__all__ = ["router"]
"""The same as of `quotes`: a path has one router, whoever its methods are for."""


@operation(
    router,
    "POST",
    "/quotes",
    name="draft_quote",
    summary="Draft a quote",
    answers={201: shapes.Quote},
    scope=WRITE,
    kinds=(PARTNER,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def draft_quote(request: ApiRequest, asked: shapes.OfferRequest) -> HttpResponse:
    """Write an offer down. The customer sees nothing of it until it is issued.

    It is for an agreement of which the firm is of record, or for which the customer has asked it
    for a quote; every other account or agreement has the same answer, whether it exists or not.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        return Done(quote_row(by, draft(asked.offer(), by=by).number), 201)

    return write(request, "draft_quote", asked.model_dump(mode="json"), act)


@operation(
    router,
    "PUT",
    "/quotes/{number}",
    name="redraft_quote",
    summary="Write a draft anew",
    answers={200: shapes.Quote},
    scope=WRITE,
    kinds=(PARTNER,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def redraft_quote(request: ApiRequest, number: Number, asked: shapes.OfferRequest) -> HttpResponse:
    """Have a draft say this instead of what it says. What was issued stays as it is."""

    def do(by: Actor) -> Done:
        draft(asked.offer(), by=by, number=number)
        return Done(quote_row(by, number))

    return _done(request, "redraft_quote", number, asked.model_dump(mode="json"), do)


@operation(
    router,
    "POST",
    "/quotes/{number}/revisions",
    name="revise_quote",
    summary="Draft a revision of a quote",
    answers={201: shapes.Quote},
    scope=WRITE,
    kinds=(PARTNER,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def revise_quote(request: ApiRequest, number: Number, asked: shapes.OfferRequest) -> HttpResponse:
    """Draft the next revision of what was issued, which goes on counting until this is issued."""

    def do(by: Actor) -> Done:
        revise(number, asked.offer(), by=by)
        return Done(quote_row(by, number), 201)

    return _done(request, "revise_quote", number, asked.model_dump(mode="json"), do)


@operation(
    router,
    "POST",
    "/quotes/{number}/issuance",
    name="issue_quote",
    summary="Issue a quote",
    answers={200: shapes.Quote},
    scope=WRITE,
    kinds=(PARTNER,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def issue_quote(request: ApiRequest, number: Number) -> HttpResponse:
    """Offer what the draft says: its totals are frozen, and the customer is told.

    The revision before it is withdrawn, and the request that it answers is answered. What would
    refuse the customer's acceptance today refuses it.
    """

    def do(by: Actor) -> Done:
        issue(number, by=by)
        return Done(quote_row(by, number))

    return _done(request, "issue_quote", number, {}, do)


@operation(
    router,
    "POST",
    "/quotes/{number}/withdrawal",
    name="withdraw_quote",
    summary="Withdraw a quote",
    answers={200: shapes.Quote},
    scope=WRITE,
    kinds=(PARTNER,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def withdraw_quote(
    request: ApiRequest, number: Number, asked: shapes.QuoteWithdrawal
) -> HttpResponse:
    """Throw the draft of this number away, or else take back what is on offer.

    The answer is what counts afterwards: beside a draft, what was on offer still is.
    """

    def do(by: Actor) -> Done:
        withdraw(number, by=by, reason=asked.reason or "")
        return Done(quote_row(by, number))

    return _done(request, "withdraw_quote", number, asked.model_dump(mode="json"), do)


def _done(
    request: ApiRequest,
    verb: str,
    number: str,
    given: dict[str, Any],
    do: Callable[[Actor], Done],
) -> HttpResponse:
    """Do it with the quote of this number, as the client saw it."""

    def act(by: Actor, _request_id: int | None) -> Done:
        held(by, number, request.headers.get("If-Match", ""))
        return do(by)

    return write(request, verb, {"quote": number, **given}, act)
