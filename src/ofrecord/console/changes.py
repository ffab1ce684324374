"""A change at the console: as the customer sees it, and beneath it what only the vendor does."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ofrecord.changes import undo as undoing
from ofrecord.changes.check import check_ids
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.consents.rights import may_answer
from ofrecord.changes.models import Answer, Consent, Correction, Kind, PartnerChange
from ofrecord.changes.recipients import last_day
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.console.frame import crumbs
from ofrecord.console.rights import may_answer_consents, may_correct, may_support
from ofrecord.console.undoing import offered
from ofrecord.parties import reading
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm
from ofrecord.web.records import change as records

OF_VENDOR = (Kind.CONFIRMATION, Kind.OVERRIDE)
"""What the vendor's own people are asked for."""
UNDO: dict[str, Any] = {"auto_id": "undo_%s"}
ANSWERED = (Answer.GIVEN, Answer.REFUSED)


@page(get=is_staff)
def change(request: DoorRequest, number: str) -> HttpResponse:
    """One change."""
    return TemplateResponse(request, "console/change.html", _context(request, number))


@page(post=may_answer_consents)
def consent(request: DoorRequest, number: str, id: UUID) -> HttpResponse:
    """Confirm a change for the system of record, agree to what support overrides, or refuse."""
    given = request.POST.get("answer") == "give"
    shown, form = _of_change(request, number, id), ReasonForm(request.POST)
    refused: Any = ()
    status = 422
    if given or form.is_valid():
        reason = "" if given else form.cleaned_data["reason"]
        try:
            answer([id], given=given, by=request.actor, reason=reason)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            refused, status, form = refusal.verdicts, refusal.status, ReasonForm()
        else:
            messages.success(request, _("It is confirmed.") if given else _("It is refused."))
            return redirect("console:change", shown)
    with seeing(request.actor):
        context = {**_context(request, number), "form": form, "refused": refused}
        template = "console/change.html"
        return TemplateResponse(request, template, context, status=status).render()


@page(post=may_support)
def undo(request: DoorRequest, number: str) -> HttpResponse:
    """Take a change back for the customer."""
    with seeing(request.actor):
        shown = records.loaded(request, number).number
    why = ReasonForm(request.POST, **UNDO)
    refused: Any = ()
    status = 422
    if why.is_valid():
        try:
            done = undoing.undo([shown], by=request.actor, reason=why.cleaned_data["reason"])
        except Refused as refusal:
            refused, status = refusal.verdicts, refusal.status
        else:
            messages.success(request, _("The change is undone. The customer is told."))
            return redirect("console:change", done.items[0].number)
    with seeing(request.actor):
        context = {**_context(request, shown), "why_undo": why, "refused": refused}
        template = "console/change.html"
        return TemplateResponse(request, template, context, status=status).render()


def _of_change(request: DoorRequest, number: str, id: UUID) -> str:
    """The number of the change that this consent is of; 404 where it is not."""
    with seeing(request.actor):
        shown = records.loaded(request, number)
        if not Consent.objects.filter(change=shown, pk=id).exists():
            raise Http404
    return shown.number


def _context(request: DoorRequest, number: str) -> dict[str, Any]:
    context = records.page(request, number, crumbs())
    shown: PartnerChange = context["change"]
    reading.note(shown.agreement.account, request.actor)
    asked = Consent.objects.filter(change=shown).select_related("partner", "answered_by", "change")
    confirms = _confirms(shown, asked.filter(kind__in=OF_VENDOR, answer="").first(), request.actor)
    return {
        **context,
        "form": ReasonForm(),
        "why_undo": ReasonForm(**UNDO),
        **offered(shown, request.actor),
        "confirms": confirms,
        "confirm_until": last_day(confirms.due_at) if confirms else None,
        "answered": list(asked.filter(answer__in=ANSWERED).order_by("answered_at", "pk")),
        "proposal": Correction.objects.filter(change=shown).first(),
        "can_be_corrected": may_correct(request.actor) and _can_be_corrected(shown),
    }


def _confirms(shown: PartnerChange, asked: Consent | None, by: Actor) -> Consent | None:
    """What waits for whoever looks: a confirmation, or agreeing to what is overridden."""
    if asked is None:
        return None
    check = check_ids([shown.agreement_id], partner=None, person=by.judged_person)
    return asked if may_answer(asked, check[shown.agreement_id], by) else None


def _can_be_corrected(shown: PartnerChange) -> bool:
    """Whether somebody made it, and it took effect."""
    return shown.applied_at is not None and shown.occasion != "load"
