"""The pages of a firm's profile."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ofrecord.parties.context import seeing
from ofrecord.parties.edit_firm import Profile, edit_firm
from ofrecord.parties.models import Partner
from ofrecord.parties.people.rights import is_head
from ofrecord.parties.refusals import Refused
from ofrecord.web.access import refused
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people.at import add_to, address, barred, shown
from ofrecord.web.people.forms import FirmForm
from ofrecord.web.records import words


def one(request: DoorRequest, firm: Partner) -> HttpResponse:
    """The firm as customers find it, and what the vendor has authorized it for."""
    context = {
        "heading": firm.name,
        "firm": firm,
        "address": words.address(firm),
        "edit_url": address(request, "firm_edit") if is_head(request.actor, firm) else "",
    }
    return shown(request, "web/people/firm.html", context)


def edit(request: DoorRequest, firm: Partner) -> HttpResponse:
    """What the firm itself may say."""
    with seeing(request.actor):
        if not is_head(request.actor, firm):
            return refused(request, [_("Only an admin of the firm edits its profile.")])
    form = FirmForm(
        request.POST if request.method == "POST" else None, initial=asdict(Profile.of(firm))
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            edit_firm(firm.account_number, Profile(**form.cleaned_data), by=request.actor)
        except Refused as refusal:
            if answer := barred(request, refusal):
                return answer
            status = add_to(form, refusal)
        else:
            messages.success(request, _("The profile is up to date. Customers see it at once."))
            return redirect(address(request, "firm"))
    back = address(request, "firm")
    context = {
        "heading": _("Edit the profile"),
        "crumbs": [(firm.name, back)],
        "form": form,
        "back_url": back,
    }
    return shown(request, "web/people/firm_edit.html", context, status)
