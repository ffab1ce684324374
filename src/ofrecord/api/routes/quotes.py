"""Quotes for those who read and answer them: what a partner offers, and what the customer says."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from ofrecord.api.answers import MEDIA_TYPE, answer, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.documents import PAPER
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.order_rows import order_row
from ofrecord.api.people import acting_for
from ofrecord.api.problems import Problem
from ofrecord.api.quote_rows import quote_page, quote_row, revised
from ofrecord.api.shapes import quotes as shapes
from ofrecord.api.shapes.orders import Order
from ofrecord.api.writing import Done, write
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, VENDOR
from ofrecord.quotes import paper
from ofrecord.quotes.accept import Preview, accept, preview
from ofrecord.quotes.decline import decline

router = Router(tags=["Quotes"])
Number = Annotated[str, Path(description="A quote's number.", example="Q-4K7M2QXA")]
READ, WRITE = "quotes:read", "quotes:write"


@operation(
    router,
    "GET",
    "/quotes",
    name="list_quotes",
    summary="List quotes",
    answers={200: shapes.QuotePage},
    scope=READ,
    query=shapes.QuoteFilters,
    problems=(404,),
)
def list_quotes(request: ApiRequest, filters: Query[shapes.QuoteFilters]) -> HttpResponse:
    """The quotes of the firm with its drafts, those issued to the account, or all.

    The newest first; of each number the revision that counts.
    """
    with seeing(request.actor):
        return answer(quote_page(request.actor, filters))


@operation(
    router,
    "GET",
    "/quotes/{number}",
    name="get_quote",
    summary="Show a quote",
    answers={200: shapes.Quote, 304: None},
    scope=READ,
    query=shapes.WhichRevision,
    problems=(404, 406),
    headers=(IF_NONE_MATCH,),
    also=(PAPER,),
)
def get_quote(
    request: ApiRequest, number: Number, asked: Query[shapes.WhichRevision]
) -> HttpResponse:
    """What is offered, line by line, and what became of it; `Accept: application/pdf` is on paper.

    The revision that counts: of a firm's own quotes its draft, then what is on offer.
    """
    kind = _preferred(request)
    with seeing(request.actor):
        if kind == PAPER:
            return _on_paper(request.actor, number, asked.revision)
        return tagged(request, quote_row(request.actor, number, asked.revision))


@operation(
    router,
    "POST",
    "/quotes/{number}/acceptance-check",
    name="check_acceptance",
    summary="See what accepting a quote would do",
    answers={200: shapes.AcceptanceCheck},
    scope=READ,
    kinds=(VENDOR, ACCOUNT),
    problems=(404, 409),
)
def check_acceptance(
    request: ApiRequest, number: Number, asked: shapes.QuoteAsking
) -> HttpResponse:
    """What accepting would do now, and what stands against it; nothing is changed.

    It says whether the authorized partner changes, from whom to whom, and from when on.
    """
    with seeing(request.actor):
        person = asked.on_behalf_of
        by = acting_for(request.actor, person) if person else request.actor
    return answer(_checked(preview(number, by=by)))


@operation(
    router,
    "POST",
    "/quotes/{number}/acceptance",
    name="accept_quote",
    summary="Accept a quote",
    answers={201: Order},
    scope=WRITE,
    kinds=(ACCOUNT,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def accept_quote(request: ApiRequest, number: Number, asked: shapes.Acceptance) -> HttpResponse:
    """Order what a quote offers, for the person in `on_behalf_of`: all of it, or nothing.

    The answer is the order. Where the quote is of another partner, that one is of record from the
    new term's start on (a renewal), else at once.
    """

    def act(by: Actor, request_id: int | None) -> Done:
        given = asked.model_dump(exclude={"on_behalf_of"})
        done = accept(number, by=by, request_id=request_id, **given)
        return Done(order_row(by, done.order.number), 201)

    return _answered(request, "accept_quote", number, asked.model_dump(mode="json"), act)


@operation(
    router,
    "POST",
    "/quotes/{number}/declination",
    name="decline_quote",
    summary="Decline a quote",
    answers={200: shapes.Quote},
    scope=WRITE,
    kinds=(ACCOUNT,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def decline_quote(request: ApiRequest, number: Number, asked: shapes.Declination) -> HttpResponse:
    """Tell the partner, for the person in `on_behalf_of`, that its offer is not taken, and why."""

    def act(by: Actor, _request_id: int | None) -> Done:
        decline(number, by=by, reason=asked.reason, revision=asked.revision)
        return Done(quote_row(by, number))

    return _answered(request, "decline_quote", number, asked.model_dump(mode="json"), act)


def _answered(
    request: ApiRequest,
    verb: str,
    number: str,
    given: dict[str, Any],
    act: Callable[[Actor, int | None], Done],
) -> HttpResponse:
    return write(request, verb, {"quote": number, **given}, act)


def _preferred(request: HttpRequest) -> str:
    kind = request.get_preferred_type([MEDIA_TYPE, PAPER])
    if kind is None:
        said = _("It is to be had as %(kinds)s.") % {"kinds": f"{MEDIA_TYPE}, {PAPER}"}
        raise Problem(406, "not_acceptable", said)
    return kind


def _on_paper(by: Actor, number: str, revision: int | None) -> HttpResponse:
    quote = revised(by, number, revision)
    headers = {"Content-Disposition": f'attachment; filename="{quote.number}.pdf"'}
    return HttpResponse(paper.pdf(quote), content_type=PAPER, headers=headers)


def _checked(seen: Preview) -> dict[str, Any]:
    effect = seen.effect
    return {
        "quote": seen.quote.number,
        "revision": seen.quote.revision,
        "acceptable": not seen.verdicts,
        "verdicts": [each.as_data() for each in seen.verdicts],
        "changes_partner": None if effect is None else not effect.keeps,
        "effective_at": effect.effective_at if effect else None,
        "before": [each.as_data() for each in effect.before] if effect else [],
        "after": [each.as_data() for each in effect.after] if effect else [],
    }
