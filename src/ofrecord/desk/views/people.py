"""The firm: its people, its profile and its API clients."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.desk.firm import firm_of
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people import clients as client_pages
from ofrecord.web.people import firm as firm_pages
from ofrecord.web.people import pages


@page(get=holds_partner)
def people(request: DoorRequest) -> HttpResponse:
    """Who works for the firm."""
    return pages.listed(request, firm_of(request), [])


@page(get=holds_partner, post=holds_partner)
def invite(request: DoorRequest) -> HttpResponse:
    """Ask somebody to work for the firm."""
    return pages.invite(request, firm_of(request))


@page(post=holds_partner)
def again(request: DoorRequest, id: UUID) -> HttpResponse:
    """Send a new link."""
    return pages.again(request, id)


@page(post=holds_partner)
def withdraw(request: DoorRequest, id: UUID) -> HttpResponse:
    """End an invitation."""
    return pages.withdraw(request, id)


@page(get=holds_partner)
def role(request: DoorRequest, id: int) -> HttpResponse:
    """One person's role."""
    return pages.one(request, id)


@page(post=holds_partner)
def change(request: DoorRequest, id: int) -> HttpResponse:
    """Give another role."""
    return pages.change(request, id)


@page(post=holds_partner)
def remove(request: DoorRequest, id: int) -> HttpResponse:
    """End a role."""
    return pages.remove(request, id)


@page(get=holds_partner)
def firm(request: DoorRequest) -> HttpResponse:
    """The firm's profile."""
    return firm_pages.one(request, firm_of(request))


@page(get=holds_partner, post=holds_partner)
def firm_edit(request: DoorRequest) -> HttpResponse:
    """Edit the profile."""
    return firm_pages.edit(request, firm_of(request))


@page(get=holds_partner)
def clients(request: DoorRequest) -> HttpResponse:
    """The firm's own systems."""
    crumbs = [(_("People"), reverse("desk:people"))]
    return client_pages.listed(request, firm_of(request), crumbs)


@page(get=holds_partner, post=holds_partner)
def client_add(request: DoorRequest) -> HttpResponse:
    """Give a system credentials."""
    return client_pages.add(request, firm_of(request))


@page(post=holds_partner)
def client_revoke(request: DoorRequest, client_id: str) -> HttpResponse:
    """Take credentials away."""
    return client_pages.revoke(request, client_id)
