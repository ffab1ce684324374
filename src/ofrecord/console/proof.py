"""Signed documents, as the customer gets them; whoever of the vendor has them drawn up is noted."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from ofrecord.console.drafts import agreement_of
from ofrecord.console.frame import crumbs
from ofrecord.parties import reading
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import change, proof


@page(get=is_staff)
def receipt_pdf(request: DoorRequest, number: str) -> HttpResponseBase:
    """The receipt of a change on paper."""
    return _receipt(request, number, pdf=True)


@page(get=is_staff)
def receipt_signed(request: DoorRequest, number: str) -> HttpResponseBase:
    """The receipt of a change as the signed document alone."""
    return _receipt(request, number, pdf=False)


@page(get=is_staff)
def statement(request: DoorRequest, reference: str) -> HttpResponse:
    """Who was it on a date, and the way to have it signed."""
    shown = proof.statement_page_of(request, reference, crumbs())
    _note(request, reference)
    return shown


@page(get=is_staff)
def statement_pdf(request: DoorRequest, reference: str) -> HttpResponseBase:
    """The statement on paper."""
    return _statement(request, reference, pdf=True)


@page(get=is_staff)
def statement_signed(request: DoorRequest, reference: str) -> HttpResponseBase:
    """The statement as the signed document alone."""
    return _statement(request, reference, pdf=False)


def _receipt(request: DoorRequest, number: str, *, pdf: bool) -> HttpResponseBase:
    drawn = proof.receipt_file(request, number, pdf=pdf)
    _note(request, change.loaded(request, number).agreement.reference)
    return drawn


def _statement(request: DoorRequest, reference: str, *, pdf: bool) -> HttpResponseBase:
    drawn = proof.statement_file(request, reference, crumbs(), pdf=pdf)
    _note(request, reference)
    return drawn


def _note(request: DoorRequest, reference: str) -> None:
    """After the document, which locks its agreement before anything else is locked."""
    reading.note(agreement_of(request.actor, reference).account, request.actor)
