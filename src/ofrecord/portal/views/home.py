"""The first page: what needs attention; and the door to Billing and Orders."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.models import OPEN, PartnerChange, State
from ofrecord.journal import clock
from ofrecord.portal import listing
from ofrecord.portal.account import account_of
from ofrecord.portal.cases import listing as cases
from ofrecord.portal.listing import Asked
from ofrecord.portal.quotes import listing as quotes
from ofrecord.portal.views.agreements import counted
from ofrecord.portal.wanted import Wanted
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words
from ofrecord.web.records.people import submitted_by

SHOWN = 5


@page(get=holds_account)
def home(request: DoorRequest) -> HttpResponse:
    """What is open, what ends soon, and where to go."""
    account = account_of(request)
    person = request.actor.judged_person
    ending = Asked.by(account.pk, person, Wanted(expiring="90"))
    every = Asked.by(account.pk, person, Wanted())
    changes = PartnerChange.objects.filter(account_id=account.pk).exclude(occasion="load")
    context = {
        "heading": account.name,
        "today": clock.today(),
        "count": counted(listing.count(every)),
        "ending": [_ending(line) for line in listing.page(ending, SHOWN).lines],
        "ending_count": counted(listing.count(ending)),
        "ending_url": reverse("portal:agreements") + Wanted(expiring="90").query(),
        "open_changes": _shown(request, changes.filter(state__in=[*OPEN, State.APPLIED])),
        "latest": _shown(request, changes.exclude(state__in=[*OPEN, State.APPLIED])),
        "cases_waiting": cases.waiting(account.pk, request.actor),
        "quotes_waiting": quotes.waiting(account.pk, request.actor),
        "available_url": reverse("portal:agreements") + Wanted(eligibility="available").query(),
    }
    return TemplateResponse(request, "portal/home.html", context)


@page(get=holds_account)
def billing(request: DoorRequest) -> HttpResponse:
    """What there is under Billing and Orders."""
    account = account_of(request)
    every = Asked.by(account.pk, None, Wanted())
    context = {"heading": _("Billing and Orders"), "count": counted(listing.count(every))}
    return TemplateResponse(request, "portal/billing.html", context)


def _ending(line: listing.Line) -> dict[str, Any]:
    kind = words.kind(line.check.facts["purchasing_model"])
    return {"line": line, "facts": line.check.facts, "kind": kind, "badge": words.badge(line.check)}


def _shown(
    request: DoorRequest, changes: QuerySet[PartnerChange]
) -> list[tuple[str, PartnerChange]]:
    """The latest few, each with who submitted it."""
    related = changes.select_related("agreement", "partner", "by", "on_behalf_of")
    rows = related.prefetch_related("consents").order_by("-id")[:SHOWN]
    return submitted_by(list(rows), request.actor)
