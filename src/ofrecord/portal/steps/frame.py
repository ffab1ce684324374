"""What the three steps share: the agreements in sight, the steps, and the way back."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.agreements.models import Agreement
from ofrecord.changes.check import Check
from ofrecord.parties.context import seeing
from ofrecord.portal.flow import Flow
from ofrecord.portal.views.agreements import crumbs
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words
from ofrecord.web.templatetags import web

NAMED = 12


def steps(flow: Flow) -> list[str]:
    """The names of the steps."""
    last = _("Confirmation") if flow.is_update else _("The code")
    return [_("Find your new partner"), _("Review"), last]


def name(flow: Flow) -> str:
    """What the person is doing."""
    return _("Update Reseller Information") if flow.is_update else _("Give a code to a partner")


def demand(flow: Flow, checks: list[Check]) -> None:
    """404 unless the person may see at least one of the agreements."""
    if not checks:
        raise Http404(", ".join(flow.references[:1]))


def context(request: DoorRequest, flow: Flow, checks: list[Check], now: int) -> dict[str, Any]:
    """The part of the page that stays the same from step to step."""
    agreements = Agreement.objects.visible_to(request.actor)
    shown = agreements.filter(reference__in=[c.reference for c in checks[:NAMED]])
    rows = shown.select_related("account").prefetch_related("subscriptions").order_by("reference")
    facts = checks[0].facts
    kind = words.kind(facts["purchasing_model"])
    title = f"{kind} {facts['reference']}"
    shown_title = f"{kind} {web.grouped(facts['reference'])}"
    if flow.many:
        said = ngettext("%(count)s agreement", "%(count)s agreements", len(checks))
        title = shown_title = said % {"count": len(checks)}
    return {
        "terms": checks[0].terms,
        "heading": steps(flow)[now - 1],
        "flow": flow,
        "flow_name": name(flow),
        "steps": steps(flow),
        "now": now,
        "crumbs": [*crumbs(), *([] if flow.many else [(shown_title, flow.done_url)])],
        "title": title,
        "shown_title": shown_title,
        "kind": kind,
        "facts": facts,
        "agreements": list(rows),
        "more_agreements": max(len(checks) - NAMED, 0),
    }


def answer(
    request: DoorRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render inside what the person may see, also where an act was refused."""
    with seeing(request.actor):
        return render(request, template, context, status=status)
