"""People at the console: the vendor's own, the page of anybody, and the vendor's systems."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.console import journal, keyset
from ofrecord.console.keeping import may_keep, sized
from ofrecord.parties.actors import Actor
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.enable_person import enable_person
from ofrecord.parties.models import Person, Role
from ofrecord.parties.people.end_sessions import end_sessions
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people import clients as client_pages
from ofrecord.web.people import pages
from ofrecord.web.people.at import done


def administers(actor: Actor) -> bool:
    """Says who of the vendor works here, and ends what anybody can do."""
    return "administrator" in actor.vendor_roles


@page(get=is_staff)
def people(request: DoorRequest) -> HttpResponse:
    """The vendor's own people."""
    return pages.listed(request, None, [], elsewhere=may_keep(request.actor))


@page(get=may_keep, post=may_keep)
def invite(request: DoorRequest) -> HttpResponse:
    """Ask somebody to work for the vendor, or to be the first admin of an account or a firm."""
    return pages.invite(request, None, elsewhere=True)


@page(post=may_keep)
def again(request: DoorRequest, id: UUID) -> HttpResponse:
    """Send a new link."""
    return pages.again(request, id)


@page(post=may_keep)
def withdraw(request: DoorRequest, id: UUID) -> HttpResponse:
    """End an invitation."""
    return pages.withdraw(request, id)


@page(get=is_staff)
def role(request: DoorRequest, id: int) -> HttpResponse:
    """One person's role, wherever it is held."""
    return pages.one(request, id)


@page(post=administers)
def change(request: DoorRequest, id: int) -> HttpResponse:
    """Give another role at the vendor."""
    return pages.change(request, id)


@page(post=administers)
def remove(request: DoorRequest, id: int) -> HttpResponse:
    """End a role at the vendor."""
    return pages.remove(request, id)


@page(post=may_keep)
def hand_over(request: DoorRequest, id: int) -> HttpResponse:
    """Make somebody the primary admin of an account that asks for it."""
    return pages.hand_over(request, id)


@page(get=is_staff)
def person(request: DoorRequest, id: int) -> HttpResponse:
    """Somebody with every role they hold, and what happened, as the journal tells."""
    found = _person(id)
    before = keyset.asked(request, "before")
    stretch = journal.of("person", found.pk, before=before)
    here = reverse("console:person", args=[id])
    context = {
        "heading": found.name,
        "crumbs": [(_("People"), reverse("console:people"))],
        "person": found,
        "roles": _roles(found),
        "stretch": stretch,
        "first_url": here if before else "",
        "earlier_url": f"{here}?before={stretch.earlier}" if stretch.earlier else "",
        "administers": administers(request.actor),
        "is_reader": found.pk == request.actor.person_id,
    }
    return TemplateResponse(request, "console/person.html", context)


@page(post=administers)
def sessions(request: DoorRequest, id: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    _person(id)
    said = _("They are signed out everywhere, and can sign in again.")
    return _act(request, id, lambda: end_sessions(id, by=request.actor), said)


@page(post=administers)
def disable(request: DoorRequest, id: int) -> HttpResponse:
    """End everything that somebody could do here."""
    email = _person(id).email
    said = _("Everything they could do here has ended.")
    return _act(request, id, lambda: disable_person(email, by=request.actor), said)


@page(post=administers)
def enable(request: DoorRequest, id: int) -> HttpResponse:
    """Let somebody in again."""
    email = _person(id).email
    said = _("They can sign in again, with the roles they hold.")
    return _act(request, id, lambda: enable_person(email, by=request.actor), said)


@page(get=is_staff)
def clients(request: DoorRequest) -> HttpResponse:
    """The vendor's own systems that call the API."""
    return client_pages.listed(request, None, [(_("People"), reverse("console:people"))])


@page(get=administers, post=administers)
def client_add(request: DoorRequest) -> HttpResponse:
    """Give a system credentials."""
    return client_pages.add(request, None)


@page(post=administers)
def client_revoke(request: DoorRequest, client_id: str) -> HttpResponse:
    """Take credentials away."""
    return client_pages.revoke(request, client_id)


def _act(request: DoorRequest, id: int, act: Any, said: str) -> HttpResponse:
    return done(request, act, said, reverse("console:person", args=[id]))


def _person(id: int) -> Person:
    found = Person.objects.filter(pk=sized(id)).first()
    if found is None:
        raise Http404
    return found


def _roles(person: Person) -> list[tuple[Role, str, str]]:
    """Each role with the name and the page of where it is held."""
    held = Role.objects.filter(person=person).select_related("account", "partner")
    return [(role, *_place(role)) for role in held.order_by("pk")]


def _place(role: Role) -> tuple[str, str]:
    if role.account:
        return role.account.name, reverse("console:account", args=[role.account.account_number])
    if role.partner:
        return role.partner.name, reverse("console:partner", args=[role.partner.account_number])
    return _("Vendor"), reverse("console:people")
