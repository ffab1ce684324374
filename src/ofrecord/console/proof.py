"""Signed documents, as the customer gets them."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from ofrecord.console.frame import crumbs
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import proof


@page(get=is_staff)
def receipt_pdf(request: DoorRequest, number: str) -> HttpResponseBase:
    """The receipt of a change on paper."""
    return proof.receipt_file(request, number, pdf=True)


@page(get=is_staff)
def receipt_signed(request: DoorRequest, number: str) -> HttpResponseBase:
    """The receipt of a change as the signed document alone."""
    return proof.receipt_file(request, number, pdf=False)


@page(get=is_staff)
def statement(request: DoorRequest, reference: str) -> HttpResponse:
    """Who was it on a date, and the way to have it signed."""
    return proof.statement_page_of(request, reference, crumbs())


@page(get=is_staff)
def statement_pdf(request: DoorRequest, reference: str) -> HttpResponseBase:
    """The statement on paper."""
    return proof.statement_file(request, reference, crumbs(), pdf=True)


@page(get=is_staff)
def statement_signed(request: DoorRequest, reference: str) -> HttpResponseBase:
    """The statement as the signed document alone."""
    return proof.statement_file(request, reference, crumbs(), pdf=False)
