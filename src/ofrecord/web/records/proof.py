"""Signed documents at a page's door: the receipt of a change, the statement of an agreement."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.issue import Document
from ofrecord.changes.paper import receipt_page, statement_page
from ofrecord.changes.paper.sheet import moment
from ofrecord.changes.receipt import receipt
from ofrecord.changes.refusals import NotFound, Refused
from ofrecord.changes.statement import statement
from ofrecord.journal import clock
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.actor import DoorRequest, door_of
from ofrecord.web.records import record, words
from ofrecord.web.records.agreement import AsOf, Crumbs

SIGNED = "application/jose"


def receipt_file(request: DoorRequest, number: str, *, pdf: bool) -> HttpResponseBase:
    """The receipt of a change, as PDF or as the signed document alone."""
    document = receipt(number, by=request.actor)
    return _file(document, receipt_page.pdf if pdf else None)


def statement_page_of(
    request: DoorRequest, reference: str, crumbs: Crumbs, refused: tuple[Verdict, ...] = ()
) -> TemplateResponse:
    """Who was partner of record on a day, as known on a day, with the way to have it signed."""
    found = Agreement.objects.visible_to(request.actor).filter(reference=reference).first()
    if found is None:
        raise refusals.refused([refusals.not_found(reference)])
    asked = _asked(request)
    kind, door = words.kind(found.purchasing_model), door_of(request)
    url = reverse(f"{door}:agreement", args=[reference])
    answer = None
    if asked.is_valid() and not refused:
        answer = record.answer(found, asked.cleaned_data["on"], asked.cleaned_data["known_on"])
    context = {
        "heading": _("Statement of partner of record"),
        "crumbs": [*crumbs, (f"{kind} {reference}", url)],
        "agreement": found,
        "kind": kind,
        "asked": asked,
        "answer": answer,
        "query": request.GET.urlencode(),
        "refused": refused,
    }
    return TemplateResponse(request, "web/records/statement.html", context)


def statement_file(
    request: DoorRequest, reference: str, crumbs: Crumbs, *, pdf: bool
) -> HttpResponseBase:
    """The statement, as PDF or as the signed document alone; the page with why not otherwise."""
    asked = _asked(request)
    if not asked.is_valid():
        return _refused(request, reference, crumbs, (), 422)
    try:
        document = _stated(request, reference, asked.cleaned_data)
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, reference, crumbs, refusal.verdicts, refusal.status)
    if not document.final:
        verdict = refusals.not_final(moment(document.content["known_at"]))
        return _refused(request, reference, crumbs, (verdict,), 409)
    return _file(document, statement_page.pdf if pdf else None)


def _stated(request: DoorRequest, reference: str, asked: dict[str, Any]) -> Document:
    known_on = asked["known_on"]
    return statement(
        [reference],
        effective_at=record.end_of(asked["on"]),
        known_at=record.end_of(known_on) if known_on and known_on != clock.today() else None,
        by=request.actor,
    )


def _asked(request: DoorRequest) -> AsOf:
    return AsOf({"on": clock.today(), **request.GET.dict()})


def _refused(
    request: DoorRequest,
    reference: str,
    crumbs: Crumbs,
    verdicts: tuple[Verdict, ...],
    status: int,
) -> HttpResponse:
    page = statement_page_of(request, reference, crumbs, verdicts)
    page.status_code = status
    return page


def _file(document: Document, draw: Callable[[Document], bytes] | None) -> HttpResponseBase:
    """The file; a page is drawn when it is sent, after what it rests on was let go."""
    ending = "pdf" if draw else "jws"
    headers = {"Content-Disposition": f'attachment; filename="{document.name}.{ending}"'}
    if draw is None:
        return HttpResponse(document.signed, content_type=SIGNED, headers=headers)
    language = translation.get_language()

    def drawn() -> Iterator[bytes]:
        with translation.override(language):
            yield draw(document)

    return StreamingHttpResponse(drawn(), content_type="application/pdf", headers=headers)
