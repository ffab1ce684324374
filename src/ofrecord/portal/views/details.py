"""Contract details and Subscription details."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ofrecord.agreements.models import Agreement, Tenure
from ofrecord.changes.check import Check, check
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.portal import history as journal
from ofrecord.portal import record, words
from ofrecord.portal.moving import moving
from ofrecord.portal.tracker import track
from ofrecord.portal.views.agreements import crumbs
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest

FIRST_DAY = date(1, 1, 2)
SHOWN = 8


class AsOf(forms.Form):
    """Who was it on a date?"""

    on = forms.DateField(
        label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    known_on = forms.DateField(
        label=gettext_lazy("As known on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        for name in ("on", "known_on"):
            day = self.cleaned_data.get(name)
            if day and not FIRST_DAY < day < date.max:
                self.add_error(name, _("Choose a later date."))
        return self.cleaned_data


@page(get=holds_account)
def details(request: DoorRequest, reference: str) -> HttpResponse:
    """All about one agreement."""
    checked, agreement = loaded(request, reference)
    model = agreement.purchasing_model
    on_way = moving([agreement.pk]).get(agreement.pk)
    asked = AsOf(request.GET) if "on" in request.GET else AsOf(initial={"on": clock.today()})
    answer = None
    if asked.is_bound and asked.is_valid():
        answer = record.answer(agreement, asked.cleaned_data["on"], asked.cleaned_data["known_on"])
    subscriptions = list(agreement.subscriptions.order_by("product_key", "pk"))
    changes = PartnerChange.objects.filter(agreement=agreement).exclude(occasion="load")
    events = journal.events(agreement, SHOWN)
    context = {
        "heading": f"{words.kind(model)} {agreement.reference}",
        "kind": words.kind(model),
        "details_label": words.details_label(model),
        "agreement": agreement,
        "check": checked,
        "crumbs": crumbs(),
        "today": clock.today(),
        "lead": words.lead(checked),
        "why": words.why(checked),
        "periods": words.timeline(checked),
        "marks": words.marks(checked),
        **_record(agreement),
        "asked": asked,
        "answer": answer,
        "subscriptions": subscriptions,
        "seats": _seats(subscriptions),
        "terms": agreement.terms.order_by("number"),
        "changes": changes.select_related("agreement", "partner", "by").order_by("-pk")[:SHOWN],
        "on_way": on_way,
        "track": track(on_way) if on_way else None,
        "events": events,
        "update_url": reverse("portal:update_one", args=[agreement.reference]),
    }
    return TemplateResponse(request, "portal/details.html", context)


@page(get=holds_account)
def history(request: DoorRequest, reference: str) -> HttpResponse:
    """Everything that happened to one agreement."""
    _checked, agreement = loaded(request, reference)
    kind = words.kind(agreement.purchasing_model)
    url = reverse("portal:agreement", args=[agreement.reference])
    context = {
        "heading": _("History"),
        "agreement": agreement,
        "crumbs": [*crumbs(), (f"{kind} {agreement.reference}", url)],
        "events": journal.events(agreement),
    }
    return TemplateResponse(request, "portal/history.html", context)


def loaded(request: DoorRequest, reference: str) -> tuple[Check, Agreement]:
    """The agreement as checked for this person; 404 where they may not see it."""
    actor = request.actor
    found = check([reference], by=actor)
    if not found:
        raise Http404
    agreements = Agreement.objects.visible_to(actor).select_related("account", "contract_manager")
    return found[0], agreements.get(reference=reference)


def _record(agreement: Agreement) -> dict[str, Any]:
    known = record.record(agreement)
    return {
        "present": [_card(t) for t in known.present],
        "to_come": [_card(t) for t in known.to_come],
        "past": [_card(t) for t in known.past],
        "lanes": known.lanes(),
    }


def _card(tenure: Tenure) -> dict[str, Any]:
    return {
        "tenure": tenure,
        "partner": tenure.partner,
        "role": words.role(tenure.role),
        "address": words.address(tenure.partner),
    }


def _seats(subscriptions: list[Any]) -> str:
    seats = sum(each.seats for each in subscriptions)
    said = ngettext(
        "%(n)s subscription, %(seats)s seats",
        "%(n)s subscriptions, %(seats)s seats",
        len(subscriptions),
    )
    return said % {"n": len(subscriptions), "seats": seats}
