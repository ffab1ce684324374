"""Writing a quote down: from a request or an agreement, again, or as a revision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import Refused
from ofrecord.desk.firm import firm_of
from ofrecord.desk.quotes import drafting, showing, sources
from ofrecord.desk.quotes.drafting import Draft
from ofrecord.desk.quotes.sources import Source
from ofrecord.desk.views.quotes import NOWHERE
from ofrecord.parties.context import seeing
from ofrecord.quotes.draft import draft, revise
from ofrecord.quotes.lifecycle import acts
from ofrecord.quotes.models import OPEN_REQUEST, Quote, State
from ofrecord.quotes.offers import Offer
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest

Act = Callable[[Offer, Draft], Quote]


@page(get=holds_partner, post=holds_partner)
def new(request: DoorRequest) -> HttpResponse:
    """A new quote for whom a request or an agreement names."""
    firm = firm_of(request)
    with seeing(request.actor):
        source = _source(request)
        if request.method == "GET" and source.request and source.request.state != OPEN_REQUEST:
            raise Http404(str(source.request.pk))
        begun = drafting.begun(source, request.actor)

    def act(offer: Offer, _sent: Draft) -> Quote:
        return draft(offer, by=request.actor, partner=firm.account_number)

    heading = _("Quote for %(name)s") % {"name": source.name}
    back = (_("Quotes"), reverse("desk:quotes"))
    return _page(request, {"heading": heading, "crumbs": [back]}, source, begun, act)


@page(get=holds_partner, post=holds_partner)
def edit(request: DoorRequest, number: str) -> HttpResponse:
    """The draft of this number, written again."""
    quote, source, begun = _known(request, number)
    if request.method == "GET" and quote.state != State.DRAFT:
        return redirect("desk:quote", quote.number)

    def act(offer: Offer, sent: Draft) -> Quote:
        since = sent.form.cleaned_data["drafted_at"]
        return draft(offer, by=request.actor, number=quote.number, drafted_at=since)

    heading = _("Edit the draft %(number)s") % {"number": quote.number}
    return _page(request, _about(quote, heading), source, begun, act)


@page(get=holds_partner, post=holds_partner)
def anew(request: DoorRequest, number: str) -> HttpResponse:
    """The next revision of a quote that was issued."""
    quote, source, begun = _known(request, number)
    if request.method == "GET" and "revise" not in acts(quote.standing):
        return redirect("desk:quote", quote.number)

    def act(offer: Offer, _sent: Draft) -> Quote:
        return revise(quote.number, offer, by=request.actor)

    heading = _("Revise %(number)s") % {"number": quote.number}
    return _page(request, _about(quote, heading) | {"revises": True}, source, begun, act)


def _page(
    request: DoorRequest, context: dict[str, Any], source: Source, begun: Draft, act: Act
) -> HttpResponse:
    """The form; a line more or less; or the draft that it makes."""
    data = request.POST
    if request.method != "POST":
        return _form(request, context, source, begun)
    if "add" in data or "remove" in data:
        return _form(request, context, source, drafting.changed(source, data))
    sent = drafting.sent(source, data)
    offer = sent.offer()
    if offer is None:
        return _form(request, context, source, sent, 422)
    try:
        made = act(offer, sent)
    except Refused as refusal:
        if refusal.code in NOWHERE:
            raise
        if refusal.code == "draft_moved":
            sent = _overwriting(request, source, context["quote"])
            context = {**context, "moved": True}
        sent.refuse(refusal.verdicts)
        return _form(request, context, source, sent, max(refusal.status, 409))
    return redirect("desk:quote", made.number)


def _form(
    request: DoorRequest, context: dict[str, Any], source: Source, shown: Draft, status: int = 200
) -> HttpResponse:
    with seeing(request.actor):
        context = {**context, "source": source, "draft": shown, "form": shown.form}
        return render(request, "desk/draft.html", context, status=status)


def _overwriting(request: DoorRequest, source: Source, quote: Quote) -> Draft:
    """What was sent, by somebody who is told now that the draft has moved: they may go on."""
    data = request.POST.copy()
    with seeing(request.actor):
        data["drafted_at"] = showing.found(request, quote.number).drafted_at.isoformat()
    return drafting.sent(source, data)


def _source(request: DoorRequest) -> Source:
    """For whom a new quote is: the request or the agreement that the address names."""
    asked, reference = request.GET.get("request", ""), request.GET.get("agreement", "")
    if reference:
        purchase = request.GET.get("kind") == "purchase"
        return sources.of_agreement(firm_of(request), reference, purchase)
    try:
        return sources.of_request(UUID(asked), request.actor)
    except ValueError as error:
        raise Http404(asked) from error


def _known(request: DoorRequest, number: str) -> tuple[Quote, Source, Draft]:
    with seeing(request.actor):
        quote = showing.found(request, number)
        source = sources.of_quote(quote)
        return quote, source, drafting.of_quote(source, quote)


def _about(quote: Quote, heading: str) -> dict[str, Any]:
    back = reverse("desk:quote", args=[quote.number])
    return {
        "heading": heading,
        "quote": quote,
        "crumbs": [(_("Quotes"), reverse("desk:quotes")), (quote.number, back)],
    }
