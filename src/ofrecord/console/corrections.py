"""Corrections: those that wait for a second person, and what became of the others."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ofrecord.changes import refusals
from ofrecord.changes.corrections.approve import approve as approving
from ofrecord.changes.corrections.decline import decline as declining
from ofrecord.changes.corrections.proposal import review
from ofrecord.changes.corrections.refusals import not_operations
from ofrecord.changes.models import Correction
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.console import correction_words
from ofrecord.console.rights import may_correct
from ofrecord.parties import reading
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm
from ofrecord.web.records import words

PAGE = 50
RELATED = ("agreement__account", "partner", "corrects", "proposed_by", "decided_by", "change")


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """Those that wait, the oldest first; then the decided ones, the latest first."""
    known = Correction.objects.select_related(*RELATED)
    waiting = known.filter(outcome="").order_by("proposed_at", "pk")
    decided = list(_before(known.exclude(outcome=""), request.GET.get("before", ""))[: PAGE + 1])
    context = {
        "heading": _("Corrections"),
        "waiting": [_row(each) for each in waiting],
        "decided": [_row(each) for each in decided[:PAGE]],
        "later_url": _place(decided[PAGE - 1]) if len(decided) > PAGE else "",
    }
    return TemplateResponse(request, "console/corrections.html", context)


@page(get=is_staff)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """One correction: what it would do now, who proposed it and why, or what became of it."""
    return TemplateResponse(request, "console/correction.html", _context(request, id))


@page(post=may_correct)
def approve(request: DoorRequest, id: UUID) -> HttpResponse:
    """Carry it out, as a second person."""

    def act() -> HttpResponse:
        change = approving(id, by=request.actor)
        messages.success(request, _("It is corrected by change %(number)s.") % vars(change))
        return redirect("console:change", change.number)

    return _acted(request, id, act)


@page(post=may_correct)
def decline(request: DoorRequest, id: UUID) -> HttpResponse:
    """Leave everything as it is."""
    form = ReasonForm(request.POST)

    def act() -> HttpResponse:
        declining(id, by=request.actor, reason=form.cleaned_data["reason"])
        messages.success(request, _("Nothing was changed, and the correction is closed."))
        return redirect("console:correction", id)

    return _acted(request, id, act, form)


def _acted(
    request: DoorRequest,
    id: UUID,
    act: Callable[[], HttpResponse],
    form: ReasonForm | None = None,
) -> HttpResponse:
    """Do it, or show the correction again with what refused it."""
    refused: Any = ()
    status = 422
    if form is None or form.is_valid():
        try:
            return act()
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            refused, status = refusal.verdicts, refusal.status
    with seeing(request.actor):
        context = {**_context(request, id), "refused": refused}
        if form is not None:
            context["form"] = form
        template = "console/correction.html"
        return TemplateResponse(request, template, context, status=status).render()


def _context(request: DoorRequest, id: UUID) -> dict[str, Any]:
    shown = Correction.objects.select_related(*RELATED).filter(pk=id).first()
    if shown is None:
        raise Http404
    reading.note(shown.agreement.account, request.actor)
    kind = words.kind(shown.agreement.purchasing_model)
    return {
        "heading": _("Correction"),
        "crumbs": [(_("Corrections"), reverse("console:corrections"))],
        "correction": shown,
        "kind": kind,
        "wished": correction_words.wished(shown),
        "period": correction_words.period(shown.effective_at, shown.effective_until),
        "form": ReasonForm(),
        **(_waiting(shown, request.actor) if not shown.outcome else {}),
    }


def _waiting(shown: Correction, by: Actor) -> dict[str, Any]:
    """What it would do now, what stands against it, and who may say so."""
    checked, against = review(shown)
    return {
        **correction_words.preview(checked, supersedes=shown.supersedes),
        "against": against,
        "why_not": _why_not(shown, bool(against), by),
        "may_decline": may_correct(by),
        "own": shown.proposed_by_id == by.judged_person,
    }


def _why_not(shown: Correction, refused: bool, by: Actor) -> str:
    """Why this person cannot approve it; empty where they can."""
    if not may_correct(by):
        barred = not_operations()
    elif shown.proposed_by_id == by.judged_person:
        barred = refusals.same_person()
    else:
        said = _("It cannot be carried out as it was proposed. Decline it, and propose it anew.")
        return said if refused else ""
    return f"{barred.reason} {barred.remedy.text}"


def _before(known: QuerySet[Correction], place: str) -> QuerySet[Correction]:
    """Those decided before a place in the list."""
    at, _comma, id = place.partition(",")
    try:
        moment, last = parse_datetime(at), UUID(id)
    except ValueError:
        moment = None
    if moment and moment.tzinfo:
        known = known.filter(Q(decided_at__lt=moment) | Q(decided_at=moment, pk__lt=last))
    return known.order_by("-decided_at", "-pk")


def _place(last: Correction) -> str:
    at = last.decided_at.isoformat().replace("+00:00", "Z") if last.decided_at else ""
    return f"?before={at},{last.pk}"


def _row(each: Correction) -> dict[str, Any]:
    return {
        "correction": each,
        "kind": words.kind(each.agreement.purchasing_model),
        "wished": correction_words.wished(each),
        "since": correction_words.instant(each.effective_at),
        "until": correction_words.instant(each.effective_until) if each.effective_until else "",
    }
