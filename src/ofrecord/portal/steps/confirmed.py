"""Confirmation: the change's number, or what became of each of many."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse

from ofrecord.changes.check import check
from ofrecord.changes.models import PartnerChange, Request
from ofrecord.portal import review
from ofrecord.portal.flow import Flow
from ofrecord.portal.steps.frame import context, demand
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import consents, words
from ofrecord.web.records.tracker import track


def one(request: DoorRequest, flow: Flow) -> HttpResponse:
    """The number of the change, and where it has got to."""
    actor = request.actor
    checks = check(flow.references, by=actor)
    demand(flow, checks)
    changes = PartnerChange.objects.visible_to(actor).filter(agreement=checks[0].facts["id"])
    wanted = changes.filter(number=request.GET.get("change", ""))
    change = wanted.select_related("agreement", "partner", "by", "on_behalf_of").first()
    if change is None:
        raise Http404
    latest = consents.latest_day(list(change.consents.all()), change.effective_at)
    shown = {
        **context(request, flow, checks, 3),
        "change": change,
        "latest": latest,
        "track": track(change, actor),
    }
    return TemplateResponse(request, "portal/confirmation.html", shown)


def many(request: DoorRequest, flow: Flow) -> HttpResponse:
    """How many were changed, their numbers, and what stayed as it was, with the reasons."""
    actor = request.actor
    items = answered(actor.person_id, request.GET.get("request", ""))
    checks = check(flow.references, by=actor)
    demand(flow, checks)
    done = {item["agreement"] for item in items}
    untouched = [each for each in checks if each.reference not in done]
    accepted = [item for item in items if item["number"]]
    waiting = sum(item["state"] == "awaiting_consent" for item in accepted)
    shown = {
        **context(request, flow, checks, 3),
        "accepted": accepted[: review.LISTED],
        "changed_count": len(accepted) - waiting,
        "waiting_count": waiting,
        "accepted_more": max(len(accepted) - review.LISTED, 0),
        "refused": refused(items),
        "untouched": len(untouched),
        "key": request.GET.get("request", ""),
    }
    return TemplateResponse(request, "portal/confirmation_many.html", shown)


def answered(person_id: int | None, key: str) -> list[dict[str, Any]]:
    """The stored answer of the person's own request; 404 where there is none."""
    found = Request.objects.filter(requester=f"person/{person_id}", key=key, verb="submit").first()
    if found is None or found.answer is None:
        raise Http404
    changes: list[dict[str, Any]] = json.loads(bytes(found.answer))["changes"]
    return changes


def refused(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The refused items by their codes."""
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for item in items:
        if not item["number"]:
            codes = tuple(verdict["code"] for verdict in item["refusals"])
            why = " ".join(
                f"{verdict['reason']} {verdict['remedy']['text']}".strip()
                for verdict in item["refusals"]
            )
            groups.setdefault(codes, []).append((item["agreement"], why))
    return [
        {"name": words.names(codes), "items": rows[: review.LISTED], "count": len(rows)}
        for codes, rows in groups.items()
    ]
