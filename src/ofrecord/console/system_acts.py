"""Keeping systems: each act has a page that says what it does, and does it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.console.keeping import endpoint_of, may_keep
from ofrecord.console.system_forms import AddForm
from ofrecord.console.system_table import ACTS, Act
from ofrecord.delivery import pause as pausing
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.trial import send_test
from ofrecord.parties.context import seeing
from ofrecord.web.access import page
from ofrecord.web.actor import DoorRequest

FIELD_OF = {
    "url_unusable": "url",
    "url_insecure": "url",
    "address_refused": "url",
    "types_unusable": "types",
    "name_taken": "name",
    "name_unusable": "name",
    "reason_missing": "reason",
    "overlap_unusable": "overlap",
}


@page(get=may_keep, post=may_keep)
def act(request: DoorRequest, id: int, name: str) -> HttpResponse:
    """The page of an act on a system, and the act."""
    endpoint = endpoint_of(request.actor, id, active=True)
    known = ACTS[name]
    if request.method != "POST":
        return _page(
            request, endpoint, known, known.first(endpoint) if known.first else known.form()
        )
    form = known.form(request.POST)
    if form.is_valid():
        try:
            said, secret = known.do(endpoint, form.cleaned_data, request.actor)
        except Refused as refusal:
            _add(form, refusal)
        else:
            messages.success(request, said)
            if secret:
                return _shown_once(request, endpoint_of(request.actor, id), secret)
            return redirect("console:system", id)
    return _page(request, endpoint, known, form, 422)


@page(get=may_keep, post=may_keep)
def add(request: DoorRequest) -> HttpResponse:
    """Add a system; its secret is shown on the page that answers."""
    form = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            endpoint, secret = add_endpoint(by=request.actor, **given)
        except Refused as refusal:
            _add(form, refusal)
        else:
            return _shown_once(request, endpoint, secret)
    context = {
        "heading": _("Add a system"),
        "lead": _("It is told of events from now on, signed with a secret of its own."),
        "crumbs": [(_("Systems"), reverse("console:systems"))],
        "form": form,
        "button": _("Add"),
        "back_url": reverse("console:systems"),
    }
    return _answer(request, "console/system_act.html", context, 422 if form.is_bound else 200)


@page(post=may_keep)
def test(request: DoorRequest, id: int) -> HttpResponse:
    """Send a test to one system."""
    return _at_once(request, id, send_test, _("A test is on its way. It is the first line below."))


@page(post=may_keep)
def resume(request: DoorRequest, id: int) -> HttpResponse:
    """Go on with a paused system."""
    return _at_once(request, id, pausing.resume, _("It goes on, with what it has missed first."))


def _at_once(request: DoorRequest, id: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    endpoint = endpoint_of(request.actor, id, active=True)
    try:
        verb(endpoint.name, by=request.actor)
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("console:system", id)


def _add(form: forms.Form, refusal: Refused) -> None:
    field = FIELD_OF.get(refusal.code)
    form.add_error(field if field in form.fields else None, str(refusal))


def _page(
    request: DoorRequest, endpoint: Endpoint, known: Act, form: forms.Form, status: int = 200
) -> HttpResponse:
    here = reverse("console:system", args=[endpoint.pk])
    context = {
        "heading": f"{known.heading}: {endpoint.name}",
        "lead": known.lead,
        "crumbs": [(_("Systems"), reverse("console:systems")), (endpoint.name, here)],
        "form": form,
        "button": known.button,
        "danger": known.danger,
        "back_url": here,
    }
    return _answer(request, "console/system_act.html", context, status)


def _shown_once(request: DoorRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    context = {
        "heading": _("The secret of %(name)s") % {"name": endpoint.name},
        "crumbs": [(_("Systems"), reverse("console:systems"))],
        "endpoint": endpoint,
        "secret": secret,
    }
    return _answer(request, "console/system_secret.html", context, 200)


def _answer(
    request: DoorRequest, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    """Rendered here, inside what the actor may see; never kept by a browser."""
    with seeing(request.actor):
        response = TemplateResponse(request, template, context, status=status).render()
    response["cache-control"] = "no-store"
    return response
