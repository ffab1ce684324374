"""Quotes: the list, and one of them with its answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.portal.account import account_of
from ofrecord.portal.quotes import listing, showing
from ofrecord.portal.quotes.forms import AcceptForm, DeclineForm
from ofrecord.portal.steps.frame import answer
from ofrecord.quotes import paper
from ofrecord.quotes.accept import accept as accepting
from ofrecord.quotes.close_request import withdraw_request
from ofrecord.quotes.decline import decline as declining
from ofrecord.quotes.numbers import normalized
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest

Act = Callable[[str, Actor, dict[str, Any]], object]


@page(get=holds_account)
def listed(request: DoorRequest) -> HttpResponse:
    """The account's quotes, what needs an answer first, and what it asked partners for."""
    account, state = account_of(request).pk, request.GET.get("state", "")
    state = state if state in listing.FILTERS else ""
    before = request.GET.get("asked", "")
    rows, later = listing.page(account, state, request.GET.get("after", ""), request.actor)
    asked, earlier = listing.requests(account, before, request.actor)
    kept = f"state={state}&" if state else ""
    context = {
        "heading": _("Quotes"),
        "crumbs": [(_("Billing and Orders"), reverse("portal:billing"))],
        "tabs": _tabs(state),
        "state": state,
        "waiting": listing.waiting(account, request.actor),
        "rows": rows,
        "later_url": f"?{kept}after={later}" if later else "",
        "asked": asked,
        "earlier_url": f"?{kept}asked={earlier}#requests" if earlier else "",
        "latest_url": f"?{kept}#requests" if before else "",
    }
    return TemplateResponse(request, "portal/quotes.html", context)


@page(get=holds_account)
def quote(request: DoorRequest, number: str) -> HttpResponse:
    """One quote, which is marked as viewed by whoever may answer it."""
    return TemplateResponse(request, "portal/quote.html", showing.page(request, number))


@page(post=holds_account)
def accept(request: DoorRequest, number: str) -> HttpResponse:
    """Order what the quote offers."""
    form = AcceptForm(request.POST, auto_id="accept_%s")
    return _answered(request, number, form, lambda n, by, said: accepting(n, by=by, **said))


@page(post=holds_account)
def decline(request: DoorRequest, number: str) -> HttpResponse:
    """Tell the partner that the offer is not taken, and why."""
    form = DeclineForm(request.POST, auto_id="decline_%s")
    return _answered(request, number, form, lambda n, by, said: declining(n, by=by, **said))


@page(get=holds_account)
def on_paper(request: DoorRequest, number: str) -> HttpResponse:
    """The quote as a file to print or to file."""
    shown = showing.found(request, number)
    headers = {"Content-Disposition": f'attachment; filename="{shown.number}.pdf"'}
    return HttpResponse(paper.pdf(shown), content_type="application/pdf", headers=headers)


@page(post=holds_account)
def withdraw(request: DoorRequest, asked: UUID) -> HttpResponse:
    """The partner is asked no longer."""
    try:
        withdraw_request(asked, by=request.actor)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The request is withdrawn. The partner is told of that."))
    return redirect(f"{reverse('portal:quotes')}#requests")


def _answered(request: DoorRequest, number: str, form: forms.Form, act: Act) -> HttpResponse:
    """Do it and show the quote again, with what refused it if something did."""
    refused: Any = ()
    status, number = 422, normalized(number) or number
    if form.is_valid():
        try:
            act(number, request.actor, form.cleaned_data)
            return redirect("portal:quote", number)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            refused, status = refusal.verdicts, refusal.status
    given = {"accept" if isinstance(form, AcceptForm) else "decline": form}
    with seeing(request.actor):
        context = {**showing.page(request, number, **given), "refused": refused}
    return answer(request, "portal/quote.html", context, status)


def _tabs(state: str) -> list[dict[str, Any]]:
    labels = {"": _("All"), "open": _("To answer"), "accepted": _("Accepted")}
    labels |= {"declined": _("Declined"), "withdrawn": _("Withdrawn"), "expired": _("Expired")}
    return [
        {"label": label, "url": f"?state={value}" if value else "?", "current": value == state}
        for value, label in labels.items()
    ]
