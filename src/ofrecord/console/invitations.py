"""Invitations at the console: all of them, one with whom it reached, a new one, one withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import NotPermitted, Refused
from ofrecord.console import invitation_words as words
from ofrecord.console.invitation_forms import InviteForm, WithdrawForm
from ofrecord.console.keyset import address, asked
from ofrecord.invitations import loading
from ofrecord.invitations.invite import invite
from ofrecord.invitations.models import Invitation, InvitedAgreement, InvitedPerson, State
from ofrecord.invitations.rights import may_send
from ofrecord.invitations.withdraw import withdraw as withdrawing
from ofrecord.parties import reading
from ofrecord.parties.context import seeing
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest

PAGE = 50
SHOWS = {
    "": Q(),
    "open": Q(state=State.SENT),
    "answered": Q(state__in=(State.ACCEPTED, State.DECLINED)),
    "nobody": Q(introduced_at__isnull=False, account=None),
}


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """All invitations, the latest first; those that reached nobody by themselves."""
    show = show if (show := asked(request, "show")) in SHOWS else ""
    of_partner = asked(request, "partner")
    found = Invitation.objects.filter(SHOWS[show]).select_related("partner", "account")
    if of_partner:
        found = found.filter(partner__account_number=of_partner)
    rows = list(_after(found.order_by("-sent_at", "-pk"), asked(request, "after"))[: PAGE + 1])
    place = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    here = reverse("console:invitations")
    context = {
        "heading": _("Invitations"),
        "tabs": words.tabs(here, show, of_partner),
        "rows": [words.line(each) for each in rows[:PAGE]],
        "later_url": address(here, show=show, partner=of_partner, after=place) if place else "",
        "of_partner": of_partner,
        "may_send": may_send(request.actor),
    }
    return TemplateResponse(request, "console/invitations.html", context)


@page(get=is_staff)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """One invitation: what was written, whom it reached, and what was answered."""
    return _one(request, id, WithdrawForm())


@page(get=may_send, post=may_send)
def new(request: DoorRequest) -> HttpResponse:
    """Introduce a partner to an account, for the vendor."""
    if request.method != "POST":
        first = {name: asked(request, name) for name in ("partner", "account", "agreements")}
        return _new(request, InviteForm(initial=first))
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _new(request, form, 422)
    try:
        made = invite(form.said(), by=request.actor)
    except NotPermitted:
        raise
    except Refused as refusal:
        form.put(refusal.verdicts)
        return _new(request, form, 422 if refusal.status == 404 else refusal.status)
    messages.success(request, _("The invitation is sent."))
    return redirect("console:invitation", made.pk)


@page(post=may_send)
def withdraw(request: DoorRequest, id: UUID) -> HttpResponse:
    """Take one back, whoever has sent it."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _one(request, id, form, 422)
    try:
        withdrawing(id, by=request.actor, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The invitation is withdrawn. Its link says so."))
    return redirect("console:invitation", id)


def _one(request: DoorRequest, id: UUID, form: WithdrawForm, status: int = 200) -> HttpResponse:
    with seeing(request.actor):
        found = loading.found(id, request.actor)
        if found.account:
            reading.note(found.account, request.actor)
        people = InvitedPerson.objects.filter(invitation=found).select_related("person")
        agreements = InvitedAgreement.objects.filter(invitation=found).select_related("agreement")
        context = {
            "heading": _("Invitation from %(name)s") % {"name": found.partner.name},
            "crumbs": [(_("Invitations"), reverse("console:invitations"))],
            **words.shown(found),
            "people": people.order_by("person__name", "pk"),
            "agreements": agreements.order_by("agreement__reference"),
            "form": form,
            "may_send": may_send(request.actor),
        }
        return _answer(request, "console/invitation.html", context, status)


def _new(request: DoorRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    context = {
        "heading": _("Introduce a partner"),
        "lead": _("The account's admins get an email with a link that fills the number in."),
        "crumbs": [(_("Invitations"), reverse("console:invitations"))],
        "form": form,
        "button": _("Send the invitation"),
        "back_url": reverse("console:invitations"),
    }
    with seeing(request.actor):
        return _answer(request, "console/system_act.html", context, status)


def _answer(
    request: DoorRequest, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    return TemplateResponse(request, template, context, status=status).render()


def _after(rows: QuerySet[Invitation], place: str) -> QuerySet[Invitation]:
    """Those behind the invitation that an address names; all where it names none."""
    try:
        last = Invitation.objects.filter(pk=UUID(place)).first()
    except ValueError:
        last = None
    if last is None:
        return rows
    return rows.filter(Q(sent_at__lt=last.sent_at) | Q(sent_at=last.sent_at, pk__lt=last.pk))
