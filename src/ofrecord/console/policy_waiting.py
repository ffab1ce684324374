"""A draft of the policy that waits for a second person: what it changes, published or declined."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ofrecord.console.policy import changes, crumbs
from ofrecord.console.policy_draft import simulated
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.rules import refusals
from ofrecord.rules.models import PolicyDraft
from ofrecord.rules.publish import draft
from ofrecord.rules.refusals import PolicyRefused, may_publish
from ofrecord.rules.second_person import approve, decline
from ofrecord.rules.versions import numbered
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm


@page(get=is_staff)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """The draft, compared with what is in force on its day."""
    return TemplateResponse(request, "console/policy_waiting.html", _context(request, id))


@page(post=may_publish)
def publish(request: DoorRequest, id: UUID) -> HttpResponse:
    """Publish it, as a second person."""
    return _answered(request, id, lambda: approve(id, by=request.actor), ReasonForm())


@page(post=may_publish)
def turn_down(request: DoorRequest, id: UUID) -> HttpResponse:
    """Decline it, or take one's own back."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _answered(request, id, lambda: decline(id, by=request.actor, reason=reason), form)


def _answered(
    request: DoorRequest, id: UUID, act: Callable[[], Any], form: ReasonForm
) -> HttpResponse:
    """Do it, or show the draft again with what refused it."""
    if form.errors:
        return _again(request, id, form, (), 422)
    try:
        with seeing(request.actor):
            version = act()
    except PolicyRefused as refusal:
        if refusal.code == "not_found":
            raise Http404 from refusal
        return _again(request, id, form, refusal.verdicts, 409)
    said = _("Version %(version)s is published.") % {"version": version}
    messages.success(request, said if isinstance(version, int) else _("The draft is declined."))
    return redirect("console:policy")


def _again(
    request: DoorRequest, id: UUID, form: ReasonForm, refused: Any, status: int
) -> HttpResponse:
    with seeing(request.actor):
        context = {**_context(request, id), "form": form, "refused": refused}
        template = "console/policy_waiting.html"
        return TemplateResponse(request, template, context, status=status).render()


def _context(request: DoorRequest, id: UUID) -> dict[str, Any]:
    kept = PolicyDraft.objects.filter(pk=id).first()
    if kept is None:
        raise Http404
    base = numbered(kept.compared_with).terms if kept.outcome else None
    made = draft(kept.parameters, in_force_on=kept.in_force_on, base=base)
    people = Person.objects.in_bulk([kept.drafted_by_id, kept.closed_by_id or 0])
    return {
        "heading": _("A draft of the policy"),
        "crumbs": crumbs(),
        "kept": kept,
        "made": made,
        "who": people[kept.drafted_by_id].name,
        "closed_by": people[kept.closed_by_id].name if kept.closed_by_id else "",
        "changes": changes(made.changed),
        "why_not": _why_not(kept, request.actor),
        "may_decline": may_publish(request.actor),
        "form": ReasonForm(),
        **(simulated(made) if not kept.outcome else {}),
    }


def _why_not(kept: PolicyDraft, by: Actor) -> str:
    """Why whoever looks cannot publish it; empty where they can."""
    if not may_publish(by):
        return refusals.not_permitted().verdict.reason
    same = kept.drafted_by_id == by.judged_person
    return refusals.same_person().verdict.reason if same else ""
