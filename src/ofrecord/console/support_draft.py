"""Change the partner for the customer: say what is wished, see what it would do, and do it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.cases import carry_out as cases
from ofrecord.changes.carry_out import Item
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.models import State
from ofrecord.changes.overrides import demand_not_own
from ofrecord.changes.refusals import NotPermitted, Refused
from ofrecord.changes.support import previews, support
from ofrecord.console import support_words
from ofrecord.console.case_forms import CarryOutForm
from ofrecord.console.drafts import agreement_of, around, rendered
from ofrecord.console.rights import may_support
from ofrecord.console.support_forms import SupportForm
from ofrecord.parties import reading
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.web.access import page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm


@page(get=may_support, post=may_support)
def agreement_support(request: DoorRequest, reference: str) -> HttpResponse:
    """The wish; then what it would do and what it overrides. Nothing is kept before *Submit*."""
    with seeing(request.actor):
        agreement = agreement_of(request.actor, reference)
        reading.note(agreement.account, request.actor)
        demand_not_own(request.actor, agreement.account_id)
        form = _form(request, agreement)
        checked = _previewed(form, request.actor) if form.is_bound else None
        if checked is None:
            return _asked(request, agreement, form)
        if request.method != "POST":
            return _review(request, agreement, form, checked)
    return _submit(request, agreement, form)


def _form(request: DoorRequest, agreement: Agreement) -> SupportForm:
    """What was sent, or an empty one for the case that it is come from."""
    sent = request.POST if request.method == "POST" else request.GET
    standing = check_ids([agreement.pk], partner=None, person=None)[agreement.pk]
    bound = sent if request.method == "POST" or "partner" in sent else None
    return SupportForm(agreement, standing, bound, case=request.GET.get("case", ""))


def _previewed(form: SupportForm, by: Actor) -> Check | None:
    """What the wish would do; None where nobody can do it, which the form then says."""
    if not form.is_valid():
        return None
    wish = form.wish()
    if form.found:
        checked = cases.preview(form.found, wish, by=by)
    else:
        checked = previews([form.agreement.pk], wish, _acting(form, by))[form.agreement.pk]
    against = support_words.blocking(checked, wish)
    form.put(against)
    return None if against else checked


def _acting(form: SupportForm, by: Actor) -> Actor:
    return by.acting_for(form.person_id) if form.person_id else by


def _submit(request: DoorRequest, agreement: Agreement, form: SupportForm) -> HttpResponse:
    why = _why(form)(request.POST)
    refused: Any = ()
    status = 422
    if why.is_valid():
        try:
            made = _made(request, form, why.cleaned_data)
        except NotPermitted:
            raise
        except Refused as refusal:
            refused, status = refusal.verdicts, refusal.status
        else:
            messages.success(request, _said(made))
            if form.found:
                return redirect("console:case", form.found.number)
            return redirect("console:change", made.number)
    with seeing(request.actor):
        again = _previewed(form, request.actor)
        if again is None:
            return _asked(request, agreement, form)
        return _review(request, agreement, form, again, why=why, refused=refused, status=status)


def _why(form: SupportForm) -> type[ReasonForm]:
    """What is asked with the act: a case can be resolved in the same one."""
    return CarryOutForm if form.found else ReasonForm


def _made(request: DoorRequest, form: SupportForm, said: dict[str, Any]) -> Item:
    wish, by = form.wish(request.POST.getlist("override")), request.actor
    shown = request.POST.get("fingerprint", "")
    if form.found:
        number = form.found.number
        return cases.carry_out(number, wish, by=by, fingerprint=shown, **said).change
    references, by = [form.agreement.reference], _acting(form, by)
    return support(references, wish, by=by, fingerprints=[shown], **said).items[0]


def _said(made: Item) -> str:
    if made.state == State.AWAITING_CONSENT:
        return _("It waits for a second person of the vendor.")
    if made.state == State.SCHEDULED:
        return _("It is scheduled, and the customer is told.")
    return _("It is made, and the customer is told.")


def _asked(request: DoorRequest, agreement: Agreement, form: SupportForm) -> HttpResponse:
    context = {**_around(agreement), "form": form}
    status = 422 if form.is_bound else 200
    return rendered(request, "console/support_form.html", context, status)


def _review(
    request: DoorRequest,
    agreement: Agreement,
    form: SupportForm,
    checked: Check,
    *,
    why: ReasonForm | None = None,
    refused: Any = (),
    status: int = 200,
) -> HttpResponse:
    chosen = form.people
    context = {
        **_around(agreement),
        **support_words.preview(checked, form.wish(), request.actor),
        "hidden": [field.as_hidden() for field in form],
        "case": form.found,
        "asker": chosen.get(str(form.person_id)) if form.person_id else "",
        "fingerprint": checked.fingerprint,
        "ticked": request.POST.getlist("override"),
        "form": why or _why(form)(),
        "refused": refused,
    }
    return rendered(request, "console/support_review.html", context, status)


def _around(agreement: Agreement) -> dict[str, Any]:
    return around(agreement, _("Change the partner for the customer"), "console:agreement_support")
