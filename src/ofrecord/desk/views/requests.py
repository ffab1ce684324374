"""Requests for quotes: what customers ask the firm for, and saying no."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import Refused
from ofrecord.desk import tenures, words
from ofrecord.desk.firm import firm_of
from ofrecord.desk.quotes import listing, requests
from ofrecord.desk.quotes.forms import DeclineForm
from ofrecord.desk.views.quotes import NOWHERE
from ofrecord.parties.context import seeing
from ofrecord.quotes.close_request import decline_request
from ofrecord.quotes.models import Quote
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest

SHOWS = ("open", "answered")


@page(get=holds_partner)
def listed(request: DoorRequest) -> HttpResponse:
    """What waits for an answer, or what does not any more."""
    show = request.GET.get("show", "")
    show = show if show in SHOWS else SHOWS[0]
    after = request.GET.get("after", "")
    found = requests.page(firm_of(request).pk, show, after, request.actor)
    labels = zip(SHOWS, (_("Open"), _("Answered and closed")), strict=True)
    context = {
        "heading": _("Quote requests"),
        "show": show,
        "tabs": [
            {"label": label, "url": f"?show={value}", "current": value == show}
            for value, label in labels
        ],
        "rows": found.rows,
        "later_url": f"?{urlencode({'show': show, 'after': found.later})}" if found.later else "",
        "first_url": f"?show={show}" if after else "",
    }
    return TemplateResponse(request, "desk/requests.html", context)


@page(get=holds_partner)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """What a customer wishes, and its agreement as far as the firm may see it."""
    return TemplateResponse(request, "desk/request.html", _shown(request, id, _form()))


@page(post=holds_partner)
def decline(request: DoorRequest, id: UUID) -> HttpResponse:
    """Tell the customer that the firm does not quote, and why."""
    form = _form(request.POST)
    if not form.is_valid():
        return _again(request, id, form, 422)
    try:
        decline_request(id, by=request.actor, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        if refusal.code in NOWHERE:
            raise
        form.add_error(None, words.reasons(refusal.verdicts))
        return _again(request, id, form, refusal.status)
    messages.success(request, _("The request is declined. The customer is told why."))
    return redirect("desk:requests")


def _form(data: Any = None) -> DeclineForm:
    return DeclineForm(data, use_required_attribute=False)


def _again(request: DoorRequest, id: UUID, form: DeclineForm, status: int) -> HttpResponse:
    with seeing(request.actor):
        context = _shown(request, id, form)
        return render(request, "desk/request.html", context, status=status)


def _shown(request: DoorRequest, id: UUID, form: DeclineForm) -> dict[str, Any]:
    asked = requests.one(id, request.actor)
    shown = requests.shown(asked)
    made = Quote.objects.visible_to(request.actor).filter(request=asked).order_by("-pk")
    return {
        **shown,
        "heading": shown["name"],
        "crumbs": [(_("Quote requests"), reverse("desk:requests"))],
        "asked": asked,
        "form": form,
        "quotes": [listing.row(each) for each in made.prefetch_related("lines")],
        "is_served": bool(shown["agreement"] and tenures.ids_on(shown["agreement"])),
    }
