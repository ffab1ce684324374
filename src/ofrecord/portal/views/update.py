"""Update Reseller Information, for one and for many: its three steps as addresses."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ofrecord.parties.context import seeing
from ofrecord.portal import flow, listing
from ofrecord.portal.flow import LIMIT, Flow
from ofrecord.portal.steps import confirmed, finding, reviewing
from ofrecord.portal.views.agreements import asked_by
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest


@page(get=holds_account, post=holds_account)
def one(request: DoorRequest, reference: str) -> HttpResponse:
    """Find your new partner."""
    return finding.step(request, Flow((reference,)))


@page(get=holds_account, post=holds_account)
def one_review(request: DoorRequest, reference: str) -> HttpResponse:
    """Review, and Submit."""
    return reviewing.step(request, Flow((reference,)))


@page(get=holds_account)
def one_confirmation(request: DoorRequest, reference: str) -> HttpResponse:
    """Confirmation."""
    return confirmed.one(request, Flow((reference,)))


@page(post=holds_account)
def start(request: DoorRequest) -> HttpResponse:
    """Begin with the agreements that were selected in the list, or with all that match."""
    return begun(request, flow.UPDATE)


def begun(request: DoorRequest, act: str) -> HttpResponse:
    """The first step of an act on what was selected; back to the list where that cannot be."""
    chosen = list(dict.fromkeys(request.POST.getlist("ref")))
    if request.POST.get("all"):
        with seeing(request.actor):
            chosen = listing.references(asked_by(request), LIMIT + 1)
    back = redirect("portal:agreements")
    back["Location"] += _query(request.GET)
    if not chosen:
        messages.warning(request, _("Select at least one subscription or contract first."))
        return back
    if len(chosen) > LIMIT:
        messages.warning(
            request,
            _("One act takes at most %(limit)s agreements. Narrow the list with a filter.")
            % {"limit": f"{LIMIT:,}"},
        )
        return back
    return redirect(flow.begin(request, chosen, act).find_url)


@page(get=holds_account, post=holds_account)
def many(request: DoorRequest, token: str) -> HttpResponse:
    """Find your new partner, for a selection."""
    return finding.step(request, flow.chosen(request, token))


@page(get=holds_account, post=holds_account)
def many_review(request: DoorRequest, token: str) -> HttpResponse:
    """Review, and Submit, for a selection."""
    return reviewing.step(request, flow.chosen(request, token))


@page(get=holds_account)
def many_confirmation(request: DoorRequest, token: str) -> HttpResponse:
    """Confirmation, for a selection."""
    return confirmed.many(request, flow.chosen(request, token))


def _query(given: QueryDict) -> str:
    return f"?{given.urlencode()}" if given else ""
