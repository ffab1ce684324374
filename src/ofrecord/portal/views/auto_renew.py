"""Turning the auto-renew of an agreement off and on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.quotes.auto_renew import turn_off, turn_on
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest


@page(post=holds_account)
def turn(request: DoorRequest, reference: str) -> HttpResponse:
    """Turn it off, or on where that is asked for."""
    on = request.POST.get("to") == "on"
    act, said = (turn_on, _("Auto-renew is on.")) if on else (turn_off, _("Auto-renew is off."))
    try:
        act([reference], by=request.actor, reason=request.POST.get("reason", "")[:500])
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("portal:agreement", reference)
