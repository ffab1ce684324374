"""The desk's navigation."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.web.frame import Entry, Frame
from ofrecord.web.places import framed


def frame(request: HttpRequest) -> Frame:
    """The header of every page of the desk."""
    match = request.resolver_match
    section = match.url_name.split("_")[0] if match and match.url_name else ""
    entries = (
        (_("Home"), "home", ("home",)),
        (_("Consents"), "consents", ("consents", "consent")),
        (_("Requests"), "requests", ("requests", "request")),
        (_("Quotes"), "quotes", ("quotes", "quote")),
        (_("Orders"), "orders", ("orders", "order")),
        (_("Invitations"), "invitations", ("invitations", "invitation")),
        (_("Agreements"), "agreements", ("agreements", "agreement")),
        (_("Redeem a code"), "codes", ("codes",)),
        (_("People"), "people", ("people", "clients", "client")),
        (_("Firm"), "firm", ("firm",)),
    )
    return framed(
        request,
        [Entry(label, reverse(f"desk:{name}"), section in own) for label, name, own in entries],
    )
