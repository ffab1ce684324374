"""The consents that the firm is asked for, answered one by one or several at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ofrecord.changes.consents.answer import Answered, answer
from ofrecord.changes.models import Consent
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.desk import consents, words
from ofrecord.desk.firm import firm_of
from ofrecord.desk.forms import AnswerForm
from ofrecord.parties.context import seeing
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest

FIELDS = {"ground_unknown": "ground", "reason_missing": "reason"}


@page(get=holds_partner, post=holds_partner)
def listed(request: DoorRequest) -> HttpResponse:
    """What waits for the firm, of each kind; then what was answered."""
    if request.method != "POST":
        return _list(request)
    form = AnswerForm(_kind(request.POST.get("kind", "")), request.POST)
    ids = _ids(request.POST.getlist("consent"))
    if not ids:
        form.add_error(None, _("Select what you want to answer."))
    refused = _answered(request, form, ids)
    if form.errors or refused:
        return _list(request, form, refused, ids)
    return redirect("desk:consents")


@page(get=holds_partner, post=holds_partner)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """One consent: what it is about, until when it can be answered, and how it was."""
    with seeing(request.actor):
        found = Consent.objects.visible_to(request.actor).filter(pk=id, kind__in=consents.KINDS)
        consent = found.select_related("partner").first()
    if consent is None:
        raise Http404(str(id))
    if request.method != "POST":
        return _one(request, consent, AnswerForm(consent.kind))
    form = AnswerForm(consent.kind, request.POST)
    _answered(request, form, [id])
    return _one(request, consent, form) if form.errors else redirect("desk:consents")


def _answered(request: DoorRequest, form: AnswerForm, ids: list[UUID]) -> list[Answered]:
    """Answer them in one act, and say so; what was refused of several, or errors of the form."""
    if not form.is_valid():
        return []
    said = {name: form.cleaned_data.get(name, "") for name in ("ground", "reason")}
    try:
        outcomes = answer(ids, given=form.given, by=request.actor, **said)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        field = FIELDS.get(refusal.code)
        form.add_error(field if field in form.fields else None, words.reasons(refusal.verdicts))
        return []
    done = sum(not each.refusals for each in outcomes)
    if done:
        messages.success(request, words.done(form.kind, form.given, done))
    return [each for each in outcomes if each.refusals]


def _list(
    request: DoorRequest,
    form: AnswerForm | None = None,
    refused: list[Answered] | None = None,
    ticked: list[UUID] | None = None,
) -> HttpResponse:
    firm = firm_of(request)
    with seeing(request.actor):
        asked = consents.asked(request.actor, firm.pk)
        answered = consents.answered_page(asked, request.GET.get("answered", ""))
        context = {
            "heading": _("Consents"),
            "parts": [_part(request, asked, kind, form) for kind in consents.KINDS],
            "answered": [consents.shown(each) for each in answered.rows],
            "answered_later": _later(answered.later, "answered"),
            "first_url": reverse("desk:consents") if request.GET else "",
            "refused": [(each.agreement, words.reasons(each.refusals)) for each in refused or ()],
            "ticked": ticked or [],
        }
        status = 422 if form and form.errors else 409 if refused else 200
        return render(request, "desk/consents.html", context, status=status)


def _part(request: DoorRequest, asked: Any, kind: str, form: AnswerForm | None) -> dict[str, Any]:
    """What waits of one kind, and the form that answers it."""
    found = consents.waiting_page(asked, kind, request.GET.get(str(kind), ""))
    return {
        "kind": str(kind),
        "asks": words.asks(kind),
        "rows": [consents.shown(each) for each in found.rows],
        "later": _later(found.later, str(kind)),
        "form": form if form and form.kind == kind else AnswerForm(kind),
    }


def _one(request: DoorRequest, consent: Consent, form: AnswerForm) -> HttpResponse:
    with seeing(request.actor):
        consent.refresh_from_db()
        context = {
            "heading": _("Consent"),
            "crumbs": [(_("Consents"), reverse("desk:consents"))],
            "firm": consent.partner,
            "asked": consents.shown(consent),
            "form": form,
        }
        status = 422 if form.errors else 200
        return render(request, "desk/consent.html", context, status=status)


def _later(place: str, name: str) -> str:
    return f"?{urlencode({name: place})}" if place else ""


def _kind(text: str) -> str:
    return text if text in consents.KINDS else str(consents.KINDS[0])


def _ids(given: list[str]) -> list[UUID]:
    """The ids that were ticked; what is none is left out."""
    ids = []
    for text in given:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
