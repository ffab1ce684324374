"""Turning the auto-renew of an agreement off and on."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ofrecord.portal.views.details import RENEW, acted
from ofrecord.quotes.auto_renew import turn_off, turn_on
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import AnyReasonForm


@page(post=holds_account)
def turn(request: DoorRequest, reference: str) -> HttpResponse:
    """Turn it off, or on where that is asked for."""
    on = request.POST.get("to") == "on"

    def act(reason: str) -> str:
        (turn_on if on else turn_off)([reference], by=request.actor, reason=reason)
        return _("Auto-renew is on.") if on else _("Auto-renew is off.")

    return acted(request, reference, "renew_form", AnyReasonForm(request.POST, auto_id=RENEW), act)
