"""The page that the link of an invitation opens. To look at it does nothing."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, RoleInvitation
from ofrecord.parties.people.join import Newcomer, invitation_of, is_new
from ofrecord.parties.people.join import join as joining
from ofrecord.parties.people.letters import name_of
from ofrecord.parties.people.places import Place, of
from ofrecord.parties.refusals import Refused
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people.at import add_to
from ofrecord.web.people.forms import NewcomerForm
from ofrecord.web.places import DOOR_OF


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody is invited to; whoever is new chooses a password, others accept signed in."""
    with seeing(Actor.system("sign_in")):
        found = invitation_of(token)
    if found is None or _is_another(request, found):
        return _over(request)
    if request.user.is_authenticated:
        return _accepted(cast(DoorRequest, request), token, found)
    return _begun(request, token, found)


def _accepted(request: DoorRequest, token: str, found: RoleInvitation) -> HttpResponse:
    """By somebody who is signed in: one button."""
    if request.method != "POST":
        return _page(request, found)
    try:
        joining(token, by=request.held.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    place = of(found)
    messages.success(request, _("You now work for %(place)s.") % {"place": name_of(place)})
    kind = _kind(place)
    if place:
        request.session[f"chosen_{kind}"] = place.pk
    return redirect(f"{DOOR_OF[kind]}:home")


def _begun(request: HttpRequest, token: str, found: RoleInvitation) -> HttpResponse:
    """By somebody who is not signed in: to the sign-in, or to their first password."""
    if not is_new(found.person):
        return _page(request, found, sign_in_url=_sign_in(request.path))
    posted = request.POST if request.method == "POST" else None
    form = NewcomerForm(posted, initial={"name": found.name})
    if not form.is_valid():
        return _page(request, found, 422 if form.is_bound else 200, form=form)
    chosen = Newcomer(form.cleaned_data["name"], form.cleaned_data["password"])
    nobody = Actor(None, "sign_in", request_id=getattr(request, "request_id", ""))
    try:
        joining(token, by=nobody, chosen=chosen)
    except Refused as refusal:
        return _page(request, found, add_to(form, refusal), form=form)
    messages.success(request, _("Your password is set. Sign in with it."))
    return redirect(_sign_in("/"))


def _is_another(request: HttpRequest, found: RoleInvitation) -> bool:
    return request.user.is_authenticated and request.user.pk != found.person.pk


def _over(request: HttpRequest) -> HttpResponse:
    """One answer to every link that opens nothing here, whoever it was made for."""
    return render(request, "web/people/join_over.html", status=404)


def _page(
    request: HttpRequest, found: RoleInvitation, status: int = 200, **more: object
) -> HttpResponse:
    place = of(found)
    context = {"invitation": found, "place": name_of(place), "is_vendor": place is None, **more}
    return render(request, "web/people/join.html", context, status=status)


def _kind(place: Place) -> str:
    if place is None:
        return "vendor"
    return "account" if isinstance(place, Account) else "partner"


def _sign_in(after: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': after})}"
