"""Find your new partner: by exact number only, and never a list."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from ofrecord.changes.check import Check, check
from ofrecord.changes.find import find, looked_up, typed
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.parties.context import seeing
from ofrecord.portal import flow as flows
from ofrecord.portal import invitations, review
from ofrecord.portal.flow import Flow
from ofrecord.portal.forms import FindForm
from ofrecord.portal.steps.frame import answer, context, demand
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import record, words


def step(request: DoorRequest, flow: Flow) -> HttpResponse:
    """The first step: a form; then the partner it found."""
    if request.method == "POST":
        return _find(request, flow)
    number = request.GET.get("partner", "")
    if not flows.has_found(request, number):
        given = request.GET.get("number") or number or _brought(request, flow)
        return _page(request, flow, FindForm(initial={"number": given}))
    return _page(request, flow, FindForm(initial={"number": number}), number)


def _brought(request: DoorRequest, flow: Flow) -> str:
    """The number of the partner by whose invitation this person came last, if it is open."""
    number = next(reversed(flows.brought(request)), "")
    return number if flow.is_update and invitations.brought_by(request, number) else ""


def _find(request: DoorRequest, flow: Flow) -> HttpResponse:
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, flow, form, status=422)
    actor = request.actor
    try:
        found = find(form.cleaned_data["number"], flow.references, by=actor)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return _beside(request, flow, form, refusal.verdicts, refusal.status)
    if found.verdicts:
        return _beside(request, flow, form, found.verdicts, 422)
    flows.remember(request, found.number)
    return redirect(f"{flow.find_url}?{urlencode({'partner': found.number})}")


def _beside(
    request: DoorRequest, flow: Flow, form: FindForm, verdicts: Sequence[Verdict], status: int
) -> HttpResponse:
    """The message beside the field, and nothing else."""
    for verdict in verdicts:
        form.add_error("number", f"{verdict.reason} {verdict.remedy.text}".strip())
    return _page(request, flow, form, status=status)


def _page(
    request: DoorRequest, flow: Flow, form: FindForm, number: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    with seeing(actor):
        checks = check(flow.references, by=actor, partner=number or None)
        demand(flow, checks)
        shown = {**context(request, flow, checks, 1), "form": form, **_open(checks, bool(number))}
        if number:
            shown |= _card(number, checks, flow)
        if flow.is_update:
            shown["invitation"] = invitations.brought_by(request, _number(form))
    return answer(request, "portal/find.html", shown, status)


def _number(form: FindForm) -> str:
    """The number in the field, as it would be looked up."""
    return typed(str(form["number"].value() or ""))


def _open(checks: list[Check], found: bool) -> dict[str, Any]:
    """Whether the form is shown at all, and if not, why."""
    changeable = [each for each in checks if each.available]
    if changeable or found:
        return {"changeable": True, "changeable_count": len(changeable)}
    return {
        "changeable": False,
        "why": words.emphasized(words.why(checks[0]), checks[0]),
        "remedy": checks[0].remedy,
        "left": review.left(checks),
    }


def _card(number: str, checks: list[Check], flow: Flow) -> dict[str, Any]:
    found = looked_up(number, checks)
    return {
        "found": found,
        "kind_of_partner": record.kind_of(found.kind),
        "ready": sum(each.available for each in checks),
        "next_url": f"{flow.review_url}?{urlencode({'partner': number})}",
    }
