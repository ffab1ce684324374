"""Signed documents: the receipt of a change, and who was partner of record on a day."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from ofrecord.portal.views.agreements import crumbs
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import proof


@page(get=holds_account)
def receipt_pdf(request: DoorRequest, number: str) -> HttpResponseBase:
    """The receipt of a change on paper."""
    return proof.receipt_file(request, number, pdf=True)


@page(get=holds_account)
def receipt_signed(request: DoorRequest, number: str) -> HttpResponseBase:
    """The receipt of a change as the signed document alone."""
    return proof.receipt_file(request, number, pdf=False)


@page(get=holds_account)
def statement(request: DoorRequest, reference: str) -> HttpResponse:
    """Who was it on a date, and the way to have it signed."""
    return proof.statement_page_of(request, reference, crumbs())


@page(get=holds_account)
def statement_pdf(request: DoorRequest, reference: str) -> HttpResponseBase:
    """The statement on paper."""
    return proof.statement_file(request, reference, crumbs(), pdf=True)


@page(get=holds_account)
def statement_signed(request: DoorRequest, reference: str) -> HttpResponseBase:
    """The statement as the signed document alone."""
    return proof.statement_file(request, reference, crumbs(), pdf=False)
