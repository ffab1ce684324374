"""Keeping systems: each act has a page that says what it does, and does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ofrecord.console.keeping import endpoint_of, may_keep
from ofrecord.console.system_forms import AddForm, ChangeForm, ReasonForm, ReplayForm, RotateForm
from ofrecord.delivery import pause as pausing
from ofrecord.delivery.change import change_endpoint
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.remove import remove
from ofrecord.delivery.replay import replay_range
from ofrecord.delivery.rotate import rotate
from ofrecord.delivery.trial import send_test
from ofrecord.parties.actors import Actor
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
Done = tuple[str, str]
"""What to say afterwards, and a secret to show once."""


@dataclass(frozen=True)
class Act:
    """An act: its words, its form, and the verb, which answers what to say."""

    heading: str | Promise
    lead: str | Promise
    button: str | Promise
    form: Callable[..., forms.Form]
    do: Callable[[Endpoint, dict[str, Any], Actor], Done]
    first: Callable[[Endpoint], forms.Form] | None = None
    danger: bool = False


def _change(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    change_endpoint(endpoint.name, by=by, **given)
    return _("It is changed, from now on."), ""


def _pause(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    pausing.pause(endpoint.name, by=by, reason=given["reason"])
    return _("It is paused. What it is told of waits for it."), ""


def _rotate(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    _endpoint, secret = rotate(endpoint.name, by=by, overlap=given["overlap"])
    return _("It has a new secret."), secret


def _remove(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    remove(endpoint.name, by=by, reason=given["reason"])
    return _("It is removed. Nothing waits for it any more."), ""


def _replay(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    done = replay_range(endpoint.name, given["since"], given["until"], by=by)
    number = done.reopened + done.repeated
    said = ngettext("%(n)s event is sent again.", "%(n)s events are sent again.", number)
    return said % {"n": number}, ""


ACTS = {
    "change": Act(
        gettext_lazy("Change"),
        gettext_lazy(
            "What you change counts from now on. What is on its way stays as required as it was."
        ),
        gettext_lazy("Save"),
        ChangeForm,
        _change,
        ChangeForm.of,
    ),
    "pause": Act(
        gettext_lazy("Pause"),
        gettext_lazy(
            "Nothing is sent until somebody resumes it. Events wait, in their order, and changes "
            "for which it is required wait with them."
        ),
        gettext_lazy("Pause"),
        ReasonForm,
        _pause,
    ),
    "rotate": Act(
        gettext_lazy("New secret"),
        gettext_lazy("The new secret is shown once, on the next page."),
        gettext_lazy("Make a new secret"),
        RotateForm,
        _rotate,
    ),
    "replay": Act(
        gettext_lazy("Send again"),
        gettext_lazy(
            "Everything of its types that was recorded in this time is sent again, also what was "
            "recorded before the system was added: the same events, in the order of each "
            "agreement, after what is new. No change waits for that. What was given up is tried "
            "again."
        ),
        gettext_lazy("Send again"),
        ReplayForm,
        _replay,
        ReplayForm.of,
    ),
    "remove": Act(
        gettext_lazy("Remove"),
        gettext_lazy(
            "It is told of nothing any more. What still waits for it is waived with your reason, "
            "so that no change waits in vain. The log of what it was told stays."
        ),
        gettext_lazy("Remove the system"),
        ReasonForm,
        _remove,
        danger=True,
    ),
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
