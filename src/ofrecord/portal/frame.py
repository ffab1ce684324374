"""The portal's navigation."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.web.frame import Entry, Frame
from ofrecord.web.places import framed


def frame(request: HttpRequest) -> Frame:
    """The header of every page of the portal."""
    match = request.resolver_match
    section = match.url_name.split("_")[0] if match and match.url_name else ""
    billing = (
        *("billing", "agreements", "agreement", "update", "codes", "code", "quotes", "quote"),
        *("order", "invitations", "invitation"),
    )
    entries = (
        (_("Home"), "home", ("home",)),
        (_("Billing and Orders"), "billing", billing),
        (_("Changes"), "changes", ("changes", "change", "request")),
        *(((_("Cases"), "cases", ("cases", "case")),) if settings.OFRECORD_CASES else ()),
        (_("People"), "people", ("people", "clients", "client", "manager")),
        (_("Help"), "help_when", ("help",)),
    )
    return framed(
        request,
        [Entry(label, reverse(f"portal:{name}"), section in own) for label, name, own in entries],
    )
