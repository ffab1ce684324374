"""Review of a code for a partner, and the code itself, which is shown this once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ofrecord.changes.check import Check, check
from ofrecord.changes.codes.make import Made, make
from ofrecord.changes.consents.asking import asked
from ofrecord.changes.find import looked_up
from ofrecord.changes.models import Kind
from ofrecord.changes.recipients import last_day
from ofrecord.changes.refusals import (
    AgreementMoved,
    NotFound,
    NotPermitted,
    Refused,
    agreement_moved,
)
from ofrecord.parties.context import seeing
from ofrecord.portal import flow as flows
from ofrecord.portal import review
from ofrecord.portal.flow import Flow
from ofrecord.portal.forms import CodeForm
from ofrecord.portal.steps.frame import answer, context, demand
from ofrecord.portal.steps.reviewing import demand_rights
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.actor import DoorRequest


def step(request: DoorRequest, flow: Flow) -> HttpResponse:
    """The second step; a number that was not found here first leads back to finding it."""
    given = request.POST if request.method == "POST" else request.GET
    number = given.get("partner", "")
    checks = demand_rights(request, flow, number if flows.has_found(request, number) else None)
    if not flows.has_found(request, number):
        return redirect(f"{flow.find_url}?{urlencode({'number': number})}")
    if request.method == "POST":
        return _make(request, flow, number, checks)
    return _page(request, flow, number)


def _make(request: DoorRequest, flow: Flow, number: str, checks: list[Check]) -> HttpResponse:
    form = CodeForm(request.POST, most=checks[0].terms.transfer_code_days)
    if not form.is_valid():
        return _page(request, flow, number, form, status=422)
    able = {str(each.fingerprint): each.reference for each in checks if each.available}
    shown = form.cleaned_data["fingerprints"].split()
    if not flows.use(request, form.cleaned_data["key"]):
        messages.warning(request, _("That form was sent before. A code is shown only once."))
        return redirect("portal:codes")
    if not shown or set(shown) - set(able):
        moved = [agreement_moved([_("the agreements")], None)]
        return _page(request, flow, number, form, moved, AgreementMoved.status)
    try:
        made = _carry_out(request, [able[each] for each in shown], form.cleaned_data)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return _page(request, flow, number, form, refusal.verdicts, refusal.status)
    return _show(request, flow, checks, made)


def _carry_out(request: DoorRequest, references: list[str], given: dict[str, Any]) -> Made:
    days, reason = given["days"], given["reason"]
    return make(references, given["partner"], by=request.actor, reason=reason, days=days)


def _show(request: DoorRequest, flow: Flow, checks: list[Check], made: Made) -> HttpResponse:
    """The code, in an answer that nobody keeps."""
    with seeing(request.actor):
        found = looked_up(made.partner, checks)
        shown = {**context(request, flow, checks, 3), "made": made, "found": found}
        shown["valid_on"] = last_day(made.valid_until)
        shown["waits"] = any(map(_waits, checks))
    response = answer(request, "portal/code_made.html", shown)
    response["Cache-Control"] = "no-store"
    return response


def _waits(each: Check) -> bool:
    """Whether somebody beside the partner has to consent once it has redeemed the code."""
    return each.available and any(ask.kind != Kind.GAINING for ask in asked(each))


def _page(
    request: DoorRequest,
    flow: Flow,
    number: str,
    form: CodeForm | None = None,
    refused: Sequence[Verdict] = (),
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    with seeing(actor):
        checks: list[Check] = check(flow.references, by=actor, partner=number)
        demand(flow, checks)
        shown = review.review(number, checks, None, actor)
        page = {
            **context(request, flow, checks, 2),
            "review": shown,
            "refused": refused,
            "form": _fresh(request, shown, checks[0].terms.transfer_code_days, form),
            "back_url": f"{flow.find_url}?{urlencode({'partner': number})}",
        }
    return answer(request, "portal/code_review.html", page, status)


def _fresh(
    request: DoorRequest, shown: review.Review, most: int, before: CodeForm | None
) -> CodeForm:
    """The form for exactly what is shown; with what was wrong in the one before it."""
    exactly = {
        "partner": shown.found.number,
        "fingerprints": shown.fingerprints,
        "key": flows.offer(request),
    }
    if before is None:
        return CodeForm(initial={**exactly, "days": most}, most=most)
    return CodeForm({**dict(before.data.items()), **exactly}, most=most)
