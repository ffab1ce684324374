"""Cases: the list, opening one from wherever self-service ends, and one with its answers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.agreements.models import Agreement
from ofrecord.cases.answer import answer as answering
from ofrecord.cases.models import State, Wish
from ofrecord.cases.open import open_case
from ofrecord.cases.reopen import reopen as reopening
from ofrecord.cases.resolve import resolve as resolving
from ofrecord.cases.rights import speaks
from ofrecord.cases.writing import LONGEST
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.parties.context import seeing
from ofrecord.portal.account import account_of
from ofrecord.portal.cases import listing, opening
from ofrecord.portal.cases.opening import CaseForm, Fitting
from ofrecord.portal.steps.frame import answer as page_of
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import case as records
from ofrecord.web.records import words
from ofrecord.web.records.case import FILE_REFUSALS, MessageForm, field_errors

Act = Callable[[str, dict[str, Any]], object]


class ReplyForm(MessageForm):
    """An answer in a case."""


class AgainForm(forms.Form):
    """What is still missing."""

    text = forms.CharField(
        label=gettext_lazy("What is still missing?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write a message.")},
    )


class SolvedForm(forms.Form):
    """Nothing needs to be said when something is solved, and something can be."""

    text = forms.CharField(
        label=gettext_lazy("A word to support"), max_length=LONGEST, required=False
    )


@page(get=holds_account)
def listed(request: DoorRequest) -> HttpResponse:
    """The account's cases, the latest first."""
    account, state = account_of(request).pk, request.GET.get("state", "")
    state = state if state in listing.FILTERS else ""
    rows, later = listing.page(account, state, request.GET.get("after", ""), request.actor)
    kept = f"state={state}&" if state else ""
    context = {
        "heading": _("Cases"),
        "tabs": listing.tabs(state),
        "state": state,
        "rows": rows,
        "waiting": listing.waiting(account, request.actor),
        "later_url": f"?{kept}after={later}" if later else "",
    }
    return TemplateResponse(request, "portal/cases.html", context)


@page(get=holds_account, post=holds_account)
def new(request: DoorRequest) -> HttpResponse:
    """Open a case; agreement and wish come with the address."""
    with seeing(request.actor):
        agreement = _agreement(request)
        fit = opening.fitting(agreement, request.GET, request.actor)
    if request.method == "POST":
        return _open(request, agreement, fit)
    initial = {name: request.GET.get(name, "") for name in ("member", "number", "change")}
    return _new_page(request, agreement, fit, CaseForm(fit=fit, initial=initial))


@page(get=holds_account)
def case(request: DoorRequest, number: str) -> HttpResponse:
    """One case, with what was said."""
    return TemplateResponse(request, "portal/case.html", _context(request, number))


@page(post=holds_account)
def answer(request: DoorRequest, number: str) -> HttpResponse:
    """Write in it."""
    form = ReplyForm(request.POST, request.FILES, auto_id="reply_%s")

    def act(known: str, said: dict[str, Any]) -> object:
        return answering(known, by=request.actor, text=said["text"], files=form.uploads)

    return _acted(request, number, "reply", form, act)


@page(post=holds_account)
def solved(request: DoorRequest, number: str) -> HttpResponse:
    """Say that it is solved."""
    form = SolvedForm(request.POST, auto_id="solved_%s")

    def act(known: str, said: dict[str, Any]) -> object:
        return resolving(known, by=request.actor, text=said["text"])

    return _acted(request, number, "solved", form, act)


@page(post=holds_account)
def reopen(request: DoorRequest, number: str) -> HttpResponse:
    """Say that it is not solved."""
    form = AgainForm(request.POST, auto_id="again_%s")

    def act(known: str, said: dict[str, Any]) -> object:
        return reopening(known, by=request.actor, text=said["text"])

    return _acted(request, number, "again", form, act)


@page(get=holds_account)
def file(request: DoorRequest, number: str, id: UUID) -> HttpResponse:
    """A file of the case, to save."""
    return records.file(request, number, id)


def _acted(
    request: DoorRequest, number: str, name: str, form: forms.Form, act: Act
) -> HttpResponse:
    """Do it and show the case again, with what refused it beside the form."""
    with seeing(request.actor):
        known = records.loaded(request, number).number
    status = 422
    if form.is_valid():
        try:
            act(known, form.cleaned_data)
            return redirect("portal:case", known)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            field_errors(form, refusal.verdicts, FILE_REFUSALS)
            status = refusal.status
    with seeing(request.actor):
        context = _context(request, known) | {name: form}
    return page_of(request, "portal/case.html", context, status)


def _context(request: DoorRequest, number: str) -> dict[str, Any]:
    context = records.page(request, number, [(_("Cases"), reverse("portal:cases"))])
    shown = context["case"]
    return {
        **context,
        "may_speak": speaks(shown, request.actor),
        "resolved": shown.state == State.RESOLVED,
        "reply": ReplyForm(auto_id="reply_%s"),
        "again": AgainForm(auto_id="again_%s"),
        "solved": SolvedForm(auto_id="solved_%s"),
    }


def _agreement(request: DoorRequest) -> Agreement | None:
    """The agreement that an address names; None where it is about none."""
    reference = request.GET.get("agreement", "")
    if not reference:
        return None
    visible = Agreement.objects.visible_to(request.actor).select_related("account")
    found = visible.filter(reference=reference).first()
    if found is None:
        raise Http404(reference)
    return found


def _open(request: DoorRequest, agreement: Agreement | None, fit: Fitting) -> HttpResponse:
    form = CaseForm(request.POST, request.FILES, fit=fit)
    status = 422
    if form.is_valid():
        said, account = form.cleaned_data, account_of(request).account_number
        wished = opening.wished(said, fit, agreement, account)
        try:
            made = open_case(wished, text=said["text"], by=request.actor, files=form.uploads)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            field_errors(form, refusal.verdicts, opening.OF_FIELD)
            status = refusal.status
        else:
            messages.success(request, _("Your case is open. You follow it here and by email."))
            return redirect("portal:case", made.number)
    return _new_page(request, agreement, fit, form, status)


def _new_page(
    request: DoorRequest,
    agreement: Agreement | None,
    fit: Fitting,
    form: CaseForm,
    status: int = 200,
) -> HttpResponse:
    query = request.GET.copy()
    context = {
        "heading": _("Open a case"),
        "crumbs": [(_("Cases"), reverse("portal:cases"))],
        "agreement": agreement,
        "account": agreement.account if agreement else account_of(request),
        "kind": words.kind(agreement.purchasing_model) if agreement else "",
        "fit": fit,
        "wish": Wish(fit.wish).label,
        "form": form,
        "tabs": [_tab(query, wish, fit.wish) for wish in fit.wishes],
    }
    return page_of(request, "portal/case_new.html", context, status)


def _tab(query: Any, wish: str, current: str) -> dict[str, Any]:
    query["wish"] = wish
    label = str(Wish(wish).label)
    return {"label": label, "url": f"?{query.urlencode()}", "current": wish == current}
