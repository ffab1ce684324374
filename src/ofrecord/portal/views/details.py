"""Contract details and Subscription details."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ofrecord.agreements.models import Agreement
from ofrecord.changes.locks import standing_asks
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.people.rights import is_head
from ofrecord.portal.steps.frame import answer
from ofrecord.portal.views.agreements import crumbs
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import AnyReasonForm, ReasonForm
from ofrecord.web.records import agreement

LOCK, LIFT, RENEW = "lock_%s", "lift_%s", "renew_%s"
"""How the fields of the forms on the page are told apart."""


@page(get=holds_account)
def details(request: DoorRequest, reference: str) -> HttpResponse:
    """All about one agreement."""
    return TemplateResponse(request, "portal/details.html", _context(request, reference))


def acted(
    request: DoorRequest,
    reference: str,
    name: str,
    form: ReasonForm,
    act: Callable[[str], str],
) -> HttpResponse:
    """Carry out what the form called `name` asks, for its reason, and say what `act` answers.

    What is wrong with it stands beside the field; what refuses it is said, and nothing is lost.
    """
    status = 422
    if form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data["reason"]))
            return redirect("portal:agreement", reference)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = refusal.status
    with seeing(request.actor):
        context = {**_context(request, reference), name: form}
    return answer(request, "portal/details.html", context, status)


def _context(request: DoorRequest, reference: str) -> dict[str, Any]:
    context = agreement.page(request, reference, crumbs())
    shown = context["agreement"]
    return context | {
        "update_url": reverse("portal:update_one", args=[reference]),
        "manager_url": _manager_url(request, shown),
        "may_change": context["check"].facts["permitted"],
        "asker": Person.objects.filter(pk__in=standing_asks([shown.pk]).values()).first(),
        "lock_form": ReasonForm(auto_id=LOCK),
        "lift_form": ReasonForm(auto_id=LIFT),
        "renew_form": AnyReasonForm(auto_id=RENEW),
    }


def _manager_url(request: DoorRequest, shown: Agreement) -> str:
    """Where its contract manager is appointed, for who may."""
    may = is_head(request.actor, shown.account)
    return reverse("portal:manager", args=[shown.reference]) if may else ""


@page(get=holds_account)
def history(request: DoorRequest, reference: str) -> HttpResponse:
    """Everything that happened to one agreement."""
    context = agreement.history(request, reference, crumbs())
    return TemplateResponse(request, "web/records/history.html", context)
