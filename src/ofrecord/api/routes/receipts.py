"""Receipts: the signed record of a change."""

from django.http import HttpResponse
from ninja import Router

from ofrecord.api.caller import ApiRequest
from ofrecord.api.documents import OTHERS, issued
from ofrecord.api.operation import operation
from ofrecord.api.routes.changes import KINDS, Number
from ofrecord.api.shapes import documents as shapes
from ofrecord.changes.paper import receipt_page
from ofrecord.changes.receipt import receipt

router = Router(tags=["Receipts and statements"])


@operation(
    router,
    "GET",
    "/partner-changes/{number}/receipt",
    name="get_receipt",
    summary="Get the receipt of a change",
    answers={200: shapes.Receipt},
    scope="changes:read",
    kinds=KINDS,
    also=OTHERS,
    problems=(404, 406),
)
def get_receipt(request: ApiRequest, number: Number) -> HttpResponse:
    """The signed record of a change as it stands, with the events that it consists of.

    `Accept` says what is wanted: `application/json` is what was signed, `application/jose` the
    same with its signature (a JWS in compact form), `application/pdf` a page with that inside.
    Who got a receipt is journaled.
    """
    return issued(request, lambda: receipt(number, by=request.actor), receipt_page.pdf)
