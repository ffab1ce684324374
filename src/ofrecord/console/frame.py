"""What stands around the console's pages: its search box and its navigation."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.web.frame import Entry, Frame
from ofrecord.web.places import framed


class Section(NamedTuple):
    """A word of the navigation, the route it leads to, and how the names of its routes begin."""

    label: str | Promise
    route: str
    own: tuple[str, ...]


SECTIONS = (
    Section(gettext_lazy("Home"), "home", ("home",)),
    Section(gettext_lazy("Cases"), "cases", ("cases", "case")),
    Section(gettext_lazy("Accounts"), "accounts", ("accounts", "account", "agreement")),
    Section(gettext_lazy("Partners"), "partners", ("partners", "partner")),
    Section(gettext_lazy("Invitations"), "invitations", ("invitations", "invitation")),
    Section(gettext_lazy("People"), "people", ("people", "person", "clients", "client")),
    Section(gettext_lazy("Confirmations"), "confirmations", ("confirmations",)),
    Section(gettext_lazy("Corrections"), "corrections", ("corrections", "correction")),
    Section(gettext_lazy("Policy"), "policy", ("policy", "help")),
    Section(gettext_lazy("Systems"), "systems", ("systems", "system")),
    Section(gettext_lazy("Deliveries"), "deliveries", ("deliveries", "delivery")),
)
"""In the order of the navigation. A page of its own that leads a family has a line here."""


def frame(request: HttpRequest) -> Frame:
    """The console's frame."""
    match = request.resolver_match
    section = match.url_name.split("_")[0] if match and match.url_name else ""
    entries = [
        Entry(str(each.label), reverse(f"console:{each.route}"), section in each.own)
        for each in SECTIONS
    ]
    return framed(request, entries, search_url=reverse("console:search"))


def crumbs() -> list[tuple[str, str]]:
    """The way to a page that belongs to no section."""
    return [(_("Console"), reverse("console:home"))]
