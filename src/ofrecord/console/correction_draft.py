"""Propose a correction: wish for it in one of two ways, see what it would do, and propose it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes.check import Check
from ofrecord.changes.corrections.proposal import preview, wish
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.models import Correction
from ofrecord.changes.refusals import NotPermitted, Refused
from ofrecord.console import correction_words
from ofrecord.console.correction_forms import WAYS, WishForm
from ofrecord.console.drafts import agreement_of, around, rendered
from ofrecord.console.rights import may_correct
from ofrecord.parties import reading
from ofrecord.parties.context import seeing
from ofrecord.web.access import page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm


@page(get=may_correct, post=may_correct)
def correction_draft(request: DoorRequest, reference: str) -> HttpResponse:
    """The two ways; then what the chosen one would do, with *Propose*. Nothing is kept before."""
    with seeing(request.actor):
        agreement = agreement_of(request.actor, reference)
        reading.note(agreement.account, request.actor)
        sent = request.POST if request.method == "POST" else request.GET
        way = WAYS.get(sent.get("way", ""))
        form = way(agreement, sent) if way else None
        if form is None:
            return _ways(request, agreement)
        checked = _previewed(agreement, form)
        if checked is None:
            return _ways(request, agreement, form)
        if request.method != "POST":
            return _review(request, agreement, form, checked)
    return _propose(request, agreement, form)


def _previewed(agreement: Agreement, form: WishForm) -> Check | None:
    """What the wish would do; None where something stands against it, which the form then says."""
    if not form.is_valid():
        return None
    try:
        checked, against = preview(agreement, wish(agreement.reference, **form.wish))
    except Refused as refusal:
        checked, against = None, refusal.verdicts
    form.put(against)
    return None if against else checked


def _propose(request: DoorRequest, agreement: Agreement, form: WishForm) -> HttpResponse:
    why = ReasonForm(request.POST)
    refused: Any = ()
    status = 422
    if why.is_valid():
        try:
            made = propose(
                agreement.reference,
                by=request.actor,
                reason=why.cleaned_data["reason"],
                fingerprint=request.POST.get("fingerprint", ""),
                **form.wish,
            )
            return redirect("console:correction", made.pk)
        except NotPermitted:
            raise
        except Refused as refusal:
            refused, status = refusal.verdicts, refusal.status
    with seeing(request.actor):
        again = _previewed(agreement, form)
        if again is None:
            return _ways(request, agreement, form)
        return _review(request, agreement, form, again, why=why, refused=refused, status=status)


def _ways(
    request: DoorRequest, agreement: Agreement, wrong: WishForm | None = None
) -> HttpResponse:
    """The two ways to say what should have been, one of them with what is wrong with it."""
    given = {"corrects": request.GET["corrects"]} if "corrects" in request.GET else {}
    forms = {name: way(agreement, **given) for name, way in WAYS.items()}
    if wrong:
        forms[wrong.name] = wrong
    waiting = Correction.objects.filter(agreement=agreement, outcome="").first()
    context = {**_around(agreement), "forms": forms, "waiting": waiting}
    return rendered(request, "console/correction_ways.html", context, 422 if wrong else 200)


def _review(
    request: DoorRequest,
    agreement: Agreement,
    form: WishForm,
    checked: Check,
    *,
    why: ReasonForm | None = None,
    refused: Any = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        **_around(agreement),
        **correction_words.preview(checked, supersedes=form.wish["supersedes"]),
        "wish": form,
        "hidden": [field.as_hidden() for field in form],
        "fingerprint": checked.fingerprint,
        "form": why or ReasonForm(),
        "refused": refused,
    }
    return rendered(request, "console/correction_review.html", context, status)


def _around(agreement: Agreement) -> dict[str, Any]:
    return around(agreement, _("Propose a correction"), "console:correction_draft")
