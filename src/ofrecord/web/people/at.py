"""A place as one door shows it: its addresses, and what becomes of an act that is refused there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ofrecord.parties.context import seeing
from ofrecord.parties.refusals import Refused
from ofrecord.web.access import refused
from ofrecord.web.actor import DoorRequest, door_of

UNKNOWN = {
    "role_unknown",
    "invitation_unknown",
    "client_unknown",
    "person_unknown",
    "firm_unknown",
    "agreement_unknown",
}
STATUS = {"invitation_limit": 429, "too_many_clients": 409}
FIELD_OF = {
    "email_unusable": "email",
    "role_held": "email",
    "name_missing": "name",
    "name_unusable": "name",
    "role_unusable": "role",
    "belongs_to_unknown": "belongs_to",
    "scope_unusable": "scopes",
    "network_unusable": "networks",
    "expiry_past": "ends_on",
    "website_unusable": "website",
    "language_unknown": "language",
    "password_unusable": "password",
}


def address(request: HttpRequest, route: str, *args: Any) -> str:
    """The page of this name at the door that answers the request."""
    return reverse(f"{door_of(request)}:{route}", args=args)


def shown(
    request: DoorRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that is made inside what the actor may see, whatever the method was."""
    with seeing(request.actor):
        return render(request, template, context, status=status)


def done(request: DoorRequest, act: Callable[[], Any], said: str, back: str) -> HttpResponse:
    """Carry an act out, and go back with what became of it."""
    try:
        act()
    except Refused as refusal:
        if answer := barred(request, refusal):
            return answer
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(back)


def barred(request: HttpRequest, refusal: Refused) -> HttpResponse | None:
    """The answer where somebody may not, or where there is nothing; None for other refusals."""
    if refusal.code in UNKNOWN:
        raise Http404(str(refusal)) from refusal
    return refused(request, [str(refusal)]) if refusal.code == "not_permitted" else None


def add_to(form: forms.Form, refusal: Refused) -> int:
    """Put a refusal beside its field; the status of the page that shows it."""
    field = FIELD_OF.get(refusal.code)
    form.add_error(field if field in form.fields else None, str(refusal))
    return STATUS.get(refusal.code, 422)
