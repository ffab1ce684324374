"""Review, and Submit: the preview is the act."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.check import Check, check
from ofrecord.changes.fingerprint import parsed
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.changes.submit import submit
from ofrecord.invitations.accept import accept
from ofrecord.parties.context import seeing
from ofrecord.portal import flow as flows
from ofrecord.portal import invitations, review
from ofrecord.portal.flow import Flow
from ofrecord.portal.forms import SubmitForm, WhenForm
from ofrecord.portal.steps.frame import answer, context, demand
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.actor import DoorRequest


def step(request: DoorRequest, flow: Flow) -> HttpResponse:
    """The second step; a number that was not found here first leads back to finding it."""
    given = request.POST if request.method == "POST" else request.GET
    number = given.get("partner", "")
    if not flows.has_found(request, number):
        demand_rights(request, flow)
        return redirect(f"{flow.find_url}?{urlencode({'number': number})}")
    if request.method == "POST":
        return _submit(request, flow, number)
    on = request.GET.get("on")
    when = WhenForm({"when": "later", "on": on} if on else {"when": "now"})
    return _page(request, flow, number, when)


def demand_rights(request: DoorRequest, flow: Flow, partner: str | None = None) -> list[Check]:
    """404 where nothing may be seen; 403 where somebody submits who may change none of it."""
    with seeing(request.actor):
        checks = check(flow.references, by=request.actor, partner=partner)
    demand(flow, checks)
    barred = [[v for v in each.verdicts if v.code == "not_permitted"] for each in checks]
    if request.method == "POST" and all(barred):
        raise NotPermitted(barred[0])
    return checks


def _submit(request: DoorRequest, flow: Flow, number: str) -> HttpResponse:
    form, when = SubmitForm(request.POST), WhenForm(request.POST)
    usable = form.is_valid()
    moved = not when.is_valid() or when.effective_on != form.cleaned_data.get("reviewed_on")
    if "step" in request.POST:
        return _page(request, flow, number, when, form)
    if moved:
        return _page(request, flow, number, when, form, redated=True)
    if not usable:
        return _page(request, flow, number, when, form, status=422, checked=True)
    try:
        outcome = _carry_out(request, flow, form.cleaned_data)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return _page(request, flow, number, when, form, refusal.verdicts, refusal.status)
    if flow.many:
        query = {"request": form.cleaned_data["key"]}
    else:
        query = {"change": str(outcome.accepted[0].number)}
    return redirect(f"{flow.confirmation_url}?{urlencode(query)}")


def _carry_out(request: DoorRequest, flow: Flow, given: dict[str, Any]) -> Submitted:
    """Submit what was shown as changeable, and nothing beside it."""
    actor = request.actor
    fingerprints = given["fingerprints"].split()
    references: Sequence[str] = flow.references
    if flow.many:
        shown = {each.subject for text in fingerprints if (each := parsed(text))}
        checks = demand_rights(request, flow, given["partner"])
        subjects = {c.reference: c.fingerprint.subject for c in checks if c.fingerprint}
        references = [ref for ref, subject in subjects.items() if subject in shown]
    with seeing(actor):
        invitation = invitations.brought_by(request, given["partner"])
    act = partial(accept, invitation.pk) if invitation else submit
    return act(
        references,
        given["partner"],
        by=actor,
        reason=given["reason"],
        fingerprints=fingerprints,
        effective_on=given["reviewed_on"],
        idempotency_key=given["key"],
    )


def _page(
    request: DoorRequest,
    flow: Flow,
    number: str,
    when: WhenForm,
    form: SubmitForm | None = None,
    refused: Sequence[Verdict] = (),
    status: int = 200,
    *,
    checked: bool = False,
    redated: bool = False,
) -> HttpResponse:
    actor = request.actor
    on = when.effective_on
    with seeing(actor):
        checks: list[Check] = check(flow.references, by=actor, partner=number, effective_on=on)
        demand(flow, checks)
        shown = review.review(number, checks, on, actor)
        if shown.asked:
            when.await_consent()
        reason = form.data.get("reason", "") if form else ""
        page = {
            **context(request, flow, checks, 2),
            "review": shown,
            "when": when,
            "refused": refused,
            "redated": redated,
            "undated": not when.is_valid(),
            "reason": reason,
            "submit": _fresh(checked, number, on, shown.fingerprints, reason),
            "ready": when.is_valid() and bool(shown.fingerprints),
            "back_url": f"{flow.find_url}?{urlencode({'partner': number})}",
        }
    return answer(request, "portal/review.html", page, status)


def _fresh(
    checked: bool, number: str, on: date | None, fingerprints: str, reason: str
) -> SubmitForm:
    """The form for exactly this preview; `checked` says what was wrong in the one before it."""
    data = {
        "partner": number,
        "reviewed_on": on.isoformat() if on else "",
        "fingerprints": fingerprints,
        "key": uuid4().hex,
        "reason": reason,
    }
    return SubmitForm(data) if checked else SubmitForm(initial=data)
