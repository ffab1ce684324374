"""Statements: who was partner of record at an instant, as known at an instant, signed."""

from collections.abc import Sequence

from django.http import HttpResponse
from ninja import Query, Router

from ofrecord.api.as_of import AsOf
from ofrecord.api.caller import ApiRequest
from ofrecord.api.documents import OTHERS, issued
from ofrecord.api.operation import operation
from ofrecord.api.routes.agreements import KINDS, SCOPE, Ref
from ofrecord.api.shapes import documents as shapes
from ofrecord.changes.paper import statement_page
from ofrecord.changes.statement import statement

router = Router(tags=["Receipts and statements"])


@operation(
    router,
    "GET",
    "/agreements/{reference}/statement",
    name="get_statement",
    summary="State who was partner of record",
    answers={200: shapes.Statement},
    scope=SCOPE,
    kinds=KINDS,
    query=AsOf,
    also=OTHERS,
    problems=(404, 406, 409),
)
def get_statement(request: ApiRequest, reference: Ref, asked: Query[AsOf]) -> HttpResponse:
    """Who was partner of record at an instant, as it was known at an instant, signed.

    `Accept` says what is wanted, as for a receipt. While something that was being recorded at
    `known_at` could still be added, the answer is 409 with `not_final`: ask again in a moment.
    Who got a statement is journaled.
    """
    return _stated(request, [reference], asked)


@operation(
    router,
    "POST",
    "/statements",
    name="make_statement",
    summary="State who was partner of record of many",
    answers={200: shapes.Statement},
    scope=SCOPE,
    kinds=KINDS,
    also=OTHERS,
    problems=(404, 406, 409),
)
def make_statement(request: ApiRequest, asked: shapes.StatementRequest) -> HttpResponse:
    """The same for 1 to 10,000 agreements in one document; as a PDF for at most 500.

    It changes nothing. One that is none, or not for this client, is refused as `not_found`.
    """
    return _stated(request, asked.agreements, asked)


def _stated(request: ApiRequest, references: Sequence[str], asked: AsOf) -> HttpResponse:
    at, known = asked.effective_at, asked.known_so_far
    return issued(
        request,
        lambda: statement(references, effective_at=at, known_at=known, by=request.actor),
        statement_page.pdf,
    )
