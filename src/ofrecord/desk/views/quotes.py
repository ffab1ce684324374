"""Quotes of the firm: the list, one of them, and what is done with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import Refused
from ofrecord.desk.firm import firm_of
from ofrecord.desk.quotes import listing, showing
from ofrecord.desk.quotes.forms import WithdrawForm
from ofrecord.parties.context import seeing
from ofrecord.quotes import paper
from ofrecord.quotes.issue import issue as issuing
from ofrecord.quotes.numbers import normalized
from ofrecord.quotes.withdraw import withdraw as withdrawing
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest

NOWHERE = ("not_found", "not_permitted")


@page(get=holds_partner)
def listed(request: DoorRequest) -> HttpResponse:
    """The firm's quotes, the latest first."""
    state = request.GET.get("state", "")
    state = state if state in listing.STATES else ""
    after = request.GET.get("after", "")
    rows, later = listing.page(firm_of(request).pk, state, after, request.actor)
    kept = f"state={state}&" if state else ""
    context = {
        "heading": _("Quotes"),
        "tabs": _tabs(state),
        "state": state,
        "rows": rows,
        "later_url": f"?{kept}after={later}" if later else "",
        "first_url": f"?{kept}" if after else "",
    }
    return TemplateResponse(request, "desk/quotes.html", context)


@page(get=holds_partner)
def one(request: DoorRequest, number: str) -> HttpResponse:
    """One quote: the offer, what becomes of it, and what the customer reads."""
    return TemplateResponse(request, "desk/quote.html", showing.page(request, number))


@page(get=holds_partner)
def on_paper(request: DoorRequest, number: str) -> HttpResponse:
    """The quote as a file to print or to file."""
    shown = showing.found(request, number)
    headers = {"Content-Disposition": f'attachment; filename="{shown.number}.pdf"'}
    return HttpResponse(paper.pdf(shown), content_type="application/pdf", headers=headers)


@page(post=holds_partner)
def issue(request: DoorRequest, number: str) -> HttpResponse:
    """Offer the draft that was shown to the customer."""
    said = {"drafted_at": _instant(request.POST.get("drafted_at", ""))}
    done = _("The quote is issued. The customer's admins get an email.")
    return _done(request, number, lambda n: issuing(n, by=request.actor, **said), done)


@page(post=holds_partner)
def withdraw(request: DoorRequest, number: str) -> HttpResponse:
    """Take the offer back, or throw the draft away."""
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    if not form.is_valid():
        return _again(request, number, 422, withdraw=form)
    reason = form.cleaned_data["reason"]
    done = _("The quote is withdrawn.")
    return _done(request, number, lambda n: withdrawing(n, by=request.actor, reason=reason), done)


def _done(
    request: DoorRequest, number: str, act: Callable[[str], object], words: str
) -> HttpResponse:
    """Do it and show the quote, with what refused it if something did."""
    number = normalized(number) or number
    try:
        act(number)
    except Refused as refusal:
        if refusal.code in NOWHERE:
            raise
        return _again(request, number, max(refusal.status, 409), refused=refusal.verdicts)
    messages.success(request, words)
    return redirect("desk:quote", number)


def _again(request: DoorRequest, number: str, status: int, **given: Any) -> HttpResponse:
    with seeing(request.actor):
        context = showing.page(request, number, **given)
        return render(request, "desk/quote.html", context, status=status)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _tabs(state: str) -> list[dict[str, Any]]:
    labels = {"": _("All"), "draft": _("Drafts"), "open": _("On offer")}
    labels |= {"accepted": _("Accepted"), "declined": _("Declined")}
    labels |= {"withdrawn": _("Withdrawn"), "expired": _("Expired")}
    return [
        {"label": label, "url": f"?state={value}" if value else "?", "current": value == state}
        for value, label in labels.items()
    ]
