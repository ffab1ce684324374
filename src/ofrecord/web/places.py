"""Where a person may go: each account, firm and console they hold a role in."""

from collections.abc import Sequence
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ofrecord.web.access import is_staff, refused
from ofrecord.web.actor import DoorRequest, door_of
from ofrecord.web.frame import Entry, Frame, Place

DOOR_OF = {"account": "portal", "partner": "desk", "vendor": "console"}


def framed(request: HttpRequest, nav: Sequence[Entry], search_url: str = "") -> Frame:
    """The frame of a door's page: its navigation, its search box if it has one, and the switcher
    to every other place."""
    door = door_of(request)
    return Frame(
        nav=nav,
        places=_places(cast(DoorRequest, request), door),
        home_url=reverse(f"{door}:home"),
        switch_url=reverse("web:switch"),
        search_url=search_url,
    )


@require_safe
def start(request: DoorRequest) -> HttpResponse:
    """The first page: the first door where the person holds something."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    held = request.held.actor
    if held.accounts:
        return redirect("portal:home")
    if held.partners:
        return redirect("desk:home")
    return redirect("console:home") if is_staff(held) else redirect("web:nowhere")


@require_POST
def switch(request: DoorRequest) -> HttpResponse:
    """Go to the account, firm or console whose key was posted, if a role is held there."""
    kind, _colon, id = request.POST.get("place", "").partition(":")
    held = request.held.actor
    ids = {"account": held.accounts, "partner": held.partners}.get(kind, ())
    if id.isdecimal() and int(id) in ids:
        request.session[f"chosen_{kind}"] = int(id)
        return redirect(f"{DOOR_OF[kind]}:home")
    return redirect("console:home") if kind == "vendor" and is_staff(held) else redirect("/")


@require_safe
def nowhere(request: HttpRequest) -> HttpResponse:
    """For somebody who is signed in and holds no role anywhere."""
    return refused(request, [_("You hold no role yet. Ask an admin of your account for one.")])


def closed(_request: HttpRequest, **_given: str) -> HttpResponse:
    """For an address of the sign-in library that this product does not offer."""
    raise Http404


def _places(request: DoorRequest, door: str) -> list[Place]:
    held = request.held
    here = {"portal": request.account, "desk": request.partner}.get(door)
    places = [
        Place(each.name, note, f"{kind}:{each.pk}", current=bool(here) and here == each)
        for kind, rows, note in (
            ("account", held.accounts, _("Account")),
            ("partner", held.partners, _("Partner")),
        )
        for each in rows
    ]
    if is_staff(held.actor):
        places.append(Place(_("Console"), _("Vendor"), "vendor:", current=door == "console"))
    return places
