"""The desk's navigation."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.web.frame import Entry, Frame
from ofrecord.web.places import framed


def frame(request: HttpRequest) -> Frame:
    """The header of every page of the desk."""
    match = request.resolver_match
    section = match.url_name if match else ""
    entries = (
        (_("Home"), "home", ("home",)),
        (_("Consents"), "consents", ("consents", "consent")),
        (_("Agreements"), "agreements", ("agreements", "agreement")),
        (_("Redeem a code"), "codes", ("codes",)),
    )
    return framed(
        request,
        [Entry(label, reverse(f"desk:{name}"), section in own) for label, name, own in entries],
    )
