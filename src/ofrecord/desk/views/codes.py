"""Redeeming a code that a customer has given to the firm."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ofrecord.changes.carry_out import Item, Submitted
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.refusals import Refused
from ofrecord.desk import tenures, words
from ofrecord.desk.forms import CodeForm
from ofrecord.parties.context import seeing
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest

OF_CODE = {"code_unusable", "code_redeemed", "code_expired", "code_limit"}


@page(get=holds_partner, post=holds_partner)
def codes(request: DoorRequest) -> HttpResponse:
    """The field; after it, what became of each agreement of the code."""
    if request.method != "POST":
        return _page(request, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        outcome = redeem(form.cleaned_data["code"], by=request.actor.only(partners=True))
    except Refused as refusal:
        if isinstance(refusal.outcome, Submitted):
            return _page(request, CodeForm(), refusal.outcome, refusal.status)
        form.add_error("code", words.reasons(refusal.verdicts))
        return _page(request, form, status=422 if refusal.status == 404 else refusal.status)
    return _page(request, CodeForm(), outcome)


def _page(
    request: DoorRequest, form: CodeForm, outcome: Submitted | None = None, status: int = 200
) -> HttpResponse:
    with seeing(request.actor):
        context = {"heading": _("Redeem a code"), "form": form, "outcome": outcome}
        if outcome:
            context["items"] = [_item(each) for each in outcome.items]
            context["accepted"] = len(outcome.accepted)
        return render(request, "desk/codes.html", context, status=status)


def _item(item: Item) -> dict[str, Any]:
    """What became of one agreement; who the customer is only where it is the firm's business."""
    names = tenures.names_of(tenures.ids_on(item.agreement)).values()
    return {
        "reference": item.agreement,
        "account": next((account for _reference, _model, account in names), ""),
        "state": item.state,
        "refused": words.refused(item.refusals),
    }
