"""The pages of a place's API clients: which there are, making one, and taking one away."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from ofrecord.parties.clients import add_client, may_keep, revoke_client
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, ApiClient
from ofrecord.parties.people.places import Place, held_in, number_of
from ofrecord.parties.refusals import Refused
from ofrecord.parties.scopes import ACCOUNT, PARTNER, VENDOR
from ofrecord.web.access import refused
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people.at import add_to, address, barred, done, shown
from ofrecord.web.people.forms import ClientForm
from ofrecord.web.records.people import People


def listed(request: DoorRequest, place: Place, crumbs: list[tuple[str, str]]) -> HttpResponse:
    """The systems that have credentials here, or had them."""
    found = ApiClient.objects.filter(**held_in(place)).select_related("made_by")
    rows = list(found.order_by("revoked_at", "name", "pk"))
    people = People([each.made_by for each in rows], request.actor)
    keeps = may_keep(place, request.actor)
    context = {
        "heading": _("API clients"),
        "crumbs": crumbs,
        "rows": [
            (each, _state(each), people.name(each.made_by), _revoke(request, each, keeps))
            for each in rows
        ],
        "add_url": address(request, "client_add") if keeps else "",
    }
    return shown(request, "web/people/clients.html", context)


def add(request: DoorRequest, place: Place) -> HttpResponse:
    """The form; its answer shows the secret, once."""
    with seeing(request.actor):
        if not may_keep(place, request.actor):
            return refused(request, [_("Your role does not allow this here.")])
    form = ClientForm(request.POST if request.method == "POST" else None, kind=_kind(place))
    if not form.is_valid():
        return _form_page(request, form, 422 if form.is_bound else 200)
    given = form.cleaned_data
    try:
        client, secret = add_client(
            given["name"],
            belongs_to=number_of(place),
            scopes=given["scopes"],
            networks=given["networks"],
            expires_at=form.expires_at,
            by=request.actor,
        )
    except Refused as refusal:
        return barred(request, refusal) or _form_page(request, form, add_to(form, refusal))
    return _shown_once(request, client, secret)


def revoke(request: DoorRequest, client_id: str) -> HttpResponse:
    """Take credentials away."""
    said = _("The credentials are revoked: the next call with them is refused.")
    back = address(request, "clients")
    return done(request, lambda: revoke_client(client_id, by=request.actor), said, back)


def _kind(place: Place) -> str:
    if place is None:
        return VENDOR
    return ACCOUNT if isinstance(place, Account) else PARTNER


def _state(client: ApiClient) -> str:
    if client.revoked_at:
        return "revoked"
    return "over" if client.expires_at and client.expires_at <= now() else "good"


def _revoke(request: DoorRequest, client: ApiClient, keeps: bool) -> str:
    may = keeps and not client.revoked_at
    return address(request, "client_revoke", client.client_id) if may else ""


def _form_page(request: DoorRequest, form: ClientForm, status: int) -> HttpResponse:
    back = address(request, "clients")
    context: dict[str, Any] = {
        "heading": _("Make an API client"),
        "crumbs": [(_("API clients"), back)],
        "form": form,
        "back_url": back,
    }
    return shown(request, "web/people/client_add.html", context, status)


def _shown_once(request: DoorRequest, client: ApiClient, secret: str) -> HttpResponse:
    back = address(request, "clients")
    context = {
        "heading": _("The secret of %(name)s") % {"name": client.name},
        "crumbs": [(_("API clients"), back)],
        "client": client,
        "secret": secret,
        "back_url": back,
    }
    messages.success(request, _("The client is made."))
    response = shown(request, "web/people/client_secret.html", context)
    response["cache-control"] = "no-store"
    return response
