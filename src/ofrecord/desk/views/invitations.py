"""Invitations: what the firm has sent, a new one, and taking one back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.desk import invitations, words
from ofrecord.desk.firm import firm_of
from ofrecord.desk.invitations import InviteForm
from ofrecord.invitations.invite import invite
from ofrecord.invitations.withdraw import withdraw as withdrawing
from ofrecord.parties.context import seeing
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest


@page(get=holds_partner)
def listed(request: DoorRequest) -> HttpResponse:
    """The firm's own, the latest first."""
    after = request.GET.get("after", "")
    found = invitations.page(firm_of(request).pk, after)
    context = {
        "heading": _("Invitations"),
        "rows": found.rows,
        "later_url": f"?{urlencode({'after': found.later})}" if found.later else "",
        "first_url": "?" if after else "",
    }
    return TemplateResponse(request, "desk/invitations.html", context)


@page(get=holds_partner, post=holds_partner)
def new(request: DoorRequest) -> HttpResponse:
    """Write to a customer. The answer is the same whether there is one."""
    if request.method != "POST":
        return _new(request, InviteForm())
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _new(request, form, 422)
    try:
        invite(form.said(firm_of(request).account_number), by=request.actor.only(partners=True))
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        form.put(refusal.verdicts)
        return _new(request, form, refusal.status)
    messages.success(
        request, _("The invitation is sent. If this account exists, its admins are told.")
    )
    return redirect("desk:invitations")


@page(get=holds_partner)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """One of the firm's own."""
    found = invitations.one(id, firm_of(request).pk)
    if found is None:
        raise Http404(str(id))
    context = {
        "heading": _("Invitation to %(who)s") % {"who": found["to"]},
        "crumbs": [(_("Invitations"), reverse("desk:invitations"))],
        **found,
    }
    return TemplateResponse(request, "desk/invitation.html", context)


@page(post=holds_partner)
def withdraw(request: DoorRequest, id: UUID) -> HttpResponse:
    """Take one back."""
    try:
        withdrawing(id, by=request.actor.only(partners=True))
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        messages.warning(request, words.reasons(refusal.verdicts))
    else:
        messages.success(request, _("The invitation is withdrawn. Its link says so."))
    return redirect("desk:invitation", id)


def _new(request: DoorRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    with seeing(request.actor):
        context = {
            "heading": _("Invite a customer"),
            "crumbs": [(_("Invitations"), reverse("desk:invitations"))],
            "form": form,
            "firm": firm_of(request),
        }
        return render(request, "desk/invitation_new.html", context, status=status)
