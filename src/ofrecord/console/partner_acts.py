"""Suspend, terminate, reinstate: what would follow, then the act with its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.console.partner_directory import crumbs, partner_of, url_of
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.transitions import consequences, letters
from ofrecord.transitions.refusals import may_set_status, not_a_keeper
from ofrecord.transitions.reinstate import reinstate
from ofrecord.transitions.status import FROM
from ofrecord.transitions.suspend import suspend
from ofrecord.transitions.terminate import terminate
from ofrecord.web.access import page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm


@dataclass(frozen=True)
class Act:
    """An act: what it leads to, its words, and the verb."""

    status: PartnerStatus
    label: str | Promise
    heading: str | Promise
    done: str | Promise
    do: Callable[..., Any]
    danger: bool = True


ACTS = {
    "suspend": Act(
        PartnerStatus.SUSPENDED,
        gettext_lazy("Suspend"),
        gettext_lazy("Suspend %(name)s"),
        gettext_lazy("%(name)s is suspended. Its customers are told."),
        suspend,
    ),
    "terminate": Act(
        PartnerStatus.TERMINATED,
        gettext_lazy("Terminate"),
        gettext_lazy("Terminate %(name)s"),
        gettext_lazy("%(name)s is terminated. Its customers are told."),
        terminate,
    ),
    "reinstate": Act(
        PartnerStatus.ACTIVE,
        gettext_lazy("Reinstate"),
        gettext_lazy("Reinstate %(name)s"),
        gettext_lazy("%(name)s is active again. Its customers are told."),
        reinstate,
        danger=False,
    ),
}


@page(get=may_set_status, post=may_set_status)
def act(request: DoorRequest, number: str, name: str) -> HttpResponse:
    """What depends on the partner, and what becomes of it; done when a reason is given."""
    form = ReasonForm()
    if request.method == "POST":
        form = ReasonForm(request.POST)
        if form.is_valid():
            return _done(request, number, name, form)
    with seeing(request.actor):
        return _page(request, number, name, form, 200 if request.method == "GET" else 422)


def offered(partner: Partner, by: Any) -> list[dict[str, str]]:
    """What can be done with a partner now, and why not by whoever may not."""
    why = "" if may_set_status(by) else not_a_keeper().reason
    return [
        {
            "name": name,
            "label": str(each.label),
            "why": why,
            "url": reverse(f"console:partner_{name}", args=[partner.account_number]),
        }
        for name, each in ACTS.items()
        if partner.status in FROM[each.status]
    ]


def _done(request: DoorRequest, number: str, name: str, form: ReasonForm) -> HttpResponse:
    try:
        ACTS[name].do(number, by=request.actor, reason=form.cleaned_data["reason"])
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        form.add_error("reason", f"{refusal} {refusal.verdicts[0].remedy.text}".strip())
        with seeing(request.actor):
            return _page(request, number, name, form, refusal.status)
    with seeing(request.actor):
        partner = partner_of(number)
    messages.success(request, str(ACTS[name].done) % {"name": partner.name})
    return redirect("console:partner", number)


def _page(
    request: DoorRequest, number: str, name: str, form: ReasonForm, status: int
) -> HttpResponse:
    partner, asked = partner_of(number), ACTS[name]
    context = {
        "heading": str(asked.heading) % {"name": partner.name},
        "crumbs": [*crumbs(), (partner.name, url_of(partner))],
        "partner": partner,
        "act": asked,
        "name": name,
        "stands": consequences.of(partner),
        "told": len(letters.readers(partner)),
        "form": form,
    }
    return TemplateResponse(request, "console/partner_act.html", context, status=status).render()
