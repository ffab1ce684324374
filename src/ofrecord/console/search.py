"""Search: one box for everything, in the frame of every page of the console."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ofrecord.console import finding, keyset
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest


@page(get=is_staff)
def search(request: DoorRequest) -> HttpResponse:
    """What a name finds; a number that is known leads straight to its page."""
    asked = keyset.asked(request, "q")[: finding.LONGEST]
    if address := finding.page_of(asked):
        return redirect(address)
    context = {
        "heading": _("Search"),
        "searched": asked,
        "is_short": finding.is_short(asked),
        "groups": finding.called(asked),
    }
    return TemplateResponse(request, "console/search.html", context)
