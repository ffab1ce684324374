"""Asking a partner for a quote: whom, for what; shown before it is asked."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.parties.context import seeing
from ofrecord.portal.account import account_of
from ofrecord.portal.quotes import asking
from ofrecord.portal.quotes.forms import AskForm
from ofrecord.portal.steps.frame import answer
from ofrecord.quotes import finding
from ofrecord.quotes.finding import Candidate
from ofrecord.quotes.request import request as requesting
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words


@page(get=holds_account, post=holds_account)
def ask(request: DoorRequest) -> HttpResponse:
    """Ask a partner, by its number, for a quote on an agreement, or for a new purchase."""
    with seeing(request.actor):
        agreement = _agreement(request)
        fit = asking.fitting(agreement)
    if request.method == "POST":
        return _ask(request, agreement, fit)
    form = AskForm(kinds=fit.choices, initial={"number": request.GET.get("number", "")})
    return _ask_page(request, agreement, fit, form)


def _agreement(request: DoorRequest) -> Agreement | None:
    """The agreement that an address names; None for a new purchase."""
    reference = request.GET.get("agreement", "")
    if not reference:
        return None
    visible = Agreement.objects.visible_to(request.actor).select_related("account")
    found = visible.filter(reference=reference).first()
    if found is None:
        raise Http404(reference)
    return found


def _ask(request: DoorRequest, agreement: Agreement | None, fit: asking.Fitting) -> HttpResponse:
    """Show whom they are about to ask; then ask whom they were shown."""
    form = AskForm(request.POST, kinds=fit.choices)
    if not form.is_valid():
        return _ask_page(request, agreement, fit, form, 422)
    said = form.cleaned_data
    looks = "find" in request.POST or request.POST.get("found") != said["number"]
    account = agreement.account if agreement else account_of(request)
    about = {
        "agreement": agreement.reference if agreement else "",
        "account": account.account_number,
    }
    try:
        if looks:
            found = finding.find(said["number"], kind=said["kind"], by=request.actor, **about)
            return _found(request, agreement, fit, form, found)
        made = requesting(
            said["number"], kind=said["kind"], by=request.actor, wish=said["wish"], **about
        )
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        _refuse(form, refusal.verdicts)
        return _ask_page(request, agreement, fit, form, refusal.status)
    words_of = _("%(partner)s has been asked for a quote. You get an email when it comes.")
    messages.success(request, words_of % {"partner": made.partner.name})
    return redirect(f"{reverse('portal:quotes')}#requests")


def _found(
    request: DoorRequest,
    agreement: Agreement | None,
    fit: asking.Fitting,
    form: AskForm,
    found: Candidate,
) -> HttpResponse:
    _refuse(form, found.against)
    status = 422 if found.against else 200
    return _ask_page(request, agreement, fit, form, status, found)


def _refuse(form: AskForm, verdicts: Sequence[Verdict]) -> None:
    for each in verdicts:
        form.add_error(asking.field_of(each), f"{each.reason} {each.remedy.text}".strip())


def _ask_page(
    request: DoorRequest,
    agreement: Agreement | None,
    fit: asking.Fitting,
    form: AskForm,
    status: int = 200,
    found: Candidate | None = None,
) -> HttpResponse:
    account = agreement.account if agreement else account_of(request)
    with seeing(request.actor):
        context = {
            "heading": _("Ask for a quote"),
            "crumbs": [
                (_("Billing and Orders"), reverse("portal:billing")),
                (_("Quotes"), reverse("portal:quotes")),
            ],
            "agreement": agreement,
            "account": account,
            "kind": words.kind(agreement.purchasing_model) if agreement else "",
            "held": asking.held(agreement) if agreement else (),
            "fit": fit,
            "barred": asking.barred(account.pk, agreement, request.actor),
            "form": form,
            **(asking.card(found) if found else {}),
        }
    return answer(request, "portal/quote_ask.html", context, status)
