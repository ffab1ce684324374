"""The account's people, its contract managers and its API clients."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.portal.account import account_of
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people import clients as client_pages
from ofrecord.web.people import managers, pages


@page(get=holds_account)
def people(request: DoorRequest) -> HttpResponse:
    """Who works for the account: the chosen one, or that of an agreement that one comes from."""
    reference = request.GET.get("agreement", "")[:200].replace("\x00", "")
    visible = Agreement.objects.visible_to(request.actor).select_related("account")
    asked = visible.filter(reference=reference).first() if reference else None
    return pages.listed(request, asked.account if asked else account_of(request), [])


@page(get=holds_account, post=holds_account)
def invite(request: DoorRequest) -> HttpResponse:
    """Ask somebody to work for the account."""
    return pages.invite(request, account_of(request))


@page(post=holds_account)
def again(request: DoorRequest, id: UUID) -> HttpResponse:
    """Send a new link."""
    return pages.again(request, id)


@page(post=holds_account)
def withdraw(request: DoorRequest, id: UUID) -> HttpResponse:
    """End an invitation."""
    return pages.withdraw(request, id)


@page(get=holds_account)
def role(request: DoorRequest, id: int) -> HttpResponse:
    """One person's role."""
    return pages.one(request, id)


@page(post=holds_account)
def change(request: DoorRequest, id: int) -> HttpResponse:
    """Give another role."""
    return pages.change(request, id)


@page(post=holds_account)
def remove(request: DoorRequest, id: int) -> HttpResponse:
    """End a role."""
    return pages.remove(request, id)


@page(post=holds_account)
def hand_over(request: DoorRequest, id: int) -> HttpResponse:
    """Make somebody else the primary admin."""
    return pages.hand_over(request, id)


@page(get=holds_account, post=holds_account)
def manager(request: DoorRequest, reference: str) -> HttpResponse:
    """Who looks after an agreement."""
    return managers.one(request, reference)


@page(get=holds_account)
def clients(request: DoorRequest) -> HttpResponse:
    """The account's own systems."""
    return client_pages.listed(request, account_of(request), _crumbs())


@page(get=holds_account, post=holds_account)
def client_add(request: DoorRequest) -> HttpResponse:
    """Give a system credentials."""
    return client_pages.add(request, account_of(request))


@page(post=holds_account)
def client_revoke(request: DoorRequest, client_id: str) -> HttpResponse:
    """Take credentials away."""
    return client_pages.revoke(request, client_id)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("People"), reverse("portal:people"))]
