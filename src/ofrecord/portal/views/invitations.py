"""Invitations: the link of the email, the list, and one of them with its answer."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.invitations import loading
from ofrecord.invitations.decline import decline as declining
from ofrecord.invitations.models import Invitation, State
from ofrecord.invitations.open_invitation import open_invitation
from ofrecord.invitations.rights import demand_addressee, may_answer
from ofrecord.parties.context import seeing
from ofrecord.portal import flow, invitations
from ofrecord.portal.account import account_of
from ofrecord.portal.forms import NoThanksForm
from ofrecord.portal.steps.frame import answer
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest

PAGE = 50


@page(get=holds_account)
def link(request: DoorRequest, token: str) -> HttpResponse:
    """The link of the email: to Find with the number filled in, or to what became of it.

    A link that leads nowhere and one that is meant for others get the same page.
    """
    try:
        invitation = open_invitation(token, by=request.actor)
    except NotFound:
        context = {"heading": _("There is no invitation for you here")}
        return render(request, "portal/invitation_unknown.html", context, status=404)
    if invitation.standing != State.SENT:
        return redirect("portal:invitation", invitation.pk)
    return _onward(request, invitation)


@page(get=holds_account)
def listed(request: DoorRequest) -> HttpResponse:
    """The invitations that reached the account, the latest first."""
    own = Invitation.objects.visible_to(request.actor).filter(account_id=account_of(request).pk)
    rows = own.select_related("partner").order_by("-sent_at", "-pk")
    found = list(_after(rows, request.GET.get("after", ""))[: PAGE + 1])
    context = {
        "heading": _("Invitations"),
        "crumbs": [(_("Billing and Orders"), reverse("portal:billing"))],
        "rows": invitations.lines(found[:PAGE]),
        "later_url": f"?after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return TemplateResponse(request, "portal/invitations.html", context)


@page(get=holds_account)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """Who is introduced by whom, for what, until when; and what became of it.

    Whoever goes on from here has come by the invitation, as from the email.
    """
    found = loading.found(id, request.actor)
    if found.standing == State.SENT and may_answer(found, request.actor):
        flow.bring(request, found.partner.account_number, id)
    return _page(request, id, NoThanksForm())


@page(post=holds_account)
def go_on(request: DoorRequest, id: UUID) -> HttpResponse:
    """To Find, or where else the invitation leads."""
    with seeing(request.actor):
        invitation = loading.found(id, request.actor)
        demand_addressee(invitation, request.actor)
        if invitation.standing != State.SENT:
            return redirect("portal:invitation", id)
        return _onward(request, invitation)


@page(post=holds_account)
def decline(request: DoorRequest, id: UUID) -> HttpResponse:
    """No, thank you."""
    form = NoThanksForm(request.POST)
    if not form.is_valid():
        return _page(request, id, form, 422)
    try:
        declining(id, by=request.actor, reason=form.cleaned_data["reason"])
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The invitation is declined. Nothing has changed."))
    return redirect("portal:invitation", id)


def _onward(request: DoorRequest, invitation: Invitation) -> HttpResponse:
    onward = invitations.destination(request, invitation)
    if onward == reverse("portal:agreements"):
        said = _(
            "%(partner)s was introduced to you. Choose what it is for: Actions, then Update "
            "Reseller Information. The number is filled in for you."
        )
        messages.info(request, said % {"partner": invitation.partner.name})
    return redirect(onward)


def _page(request: DoorRequest, id: UUID, form: NoThanksForm, status: int = 200) -> HttpResponse:
    with seeing(request.actor):
        found = loading.found(id, request.actor)
        context = {
            "heading": _("Invitation from %(name)s") % {"name": found.partner.name},
            "crumbs": [
                (_("Billing and Orders"), reverse("portal:billing")),
                (_("Invitations"), reverse("portal:invitations")),
            ],
            **invitations.shown(found, request.actor),
            "form": form,
        }
    return answer(request, "portal/invitation.html", context, status)


def _after(rows: QuerySet[Invitation], place: str) -> QuerySet[Invitation]:
    """Those behind the invitation that an address names; all where it names none."""
    try:
        last = rows.filter(pk=UUID(place)).first()
    except ValueError:
        last = None
    if last is None:
        return rows
    return rows.filter(Q(sent_at__lt=last.sent_at) | Q(sent_at=last.sent_at, pk__lt=last.pk))
