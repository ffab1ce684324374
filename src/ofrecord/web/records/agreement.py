"""The page of one agreement: what it is, whether its partner can be changed, who it was and is."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ofrecord.agreements.models import Agreement, Subscription, Tenure
from ofrecord.changes.check import Check, check
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.web.actor import DoorRequest, door_of
from ofrecord.web.records import history as journal
from ofrecord.web.records import record, words
from ofrecord.web.records.moving import moving
from ofrecord.web.records.people import submitted_by
from ofrecord.web.records.tracker import track

FIRST_DAY = date(1, 1, 2)
SHOWN = 8
Crumbs = list[tuple[str, str]]


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


def page(
    request: DoorRequest, reference: str, crumbs: Crumbs, *, judge_person: bool = True
) -> dict[str, Any]:
    """What the page of an agreement shows; 404 where the actor may not see it.

    Call it inside `parties.context.seeing`. Without `judge_person` it says what anybody of the
    account who may change the partner is told.
    """
    checked, agreement = _loaded(request, reference, judge_person=judge_person)
    model = agreement.purchasing_model
    on_way = moving([agreement.pk]).get(agreement.pk)
    subscriptions = list(agreement.subscriptions.order_by("product_key", "pk"))
    changes = PartnerChange.objects.filter(agreement=agreement).exclude(occasion="load")
    return {
        "heading": f"{words.kind(model)} {agreement.reference}",
        "kind": words.kind(model),
        "details_label": words.details_label(model),
        "agreement": agreement,
        "check": checked,
        "crumbs": crumbs,
        "today": clock.today(),
        "lead": words.lead(checked, door_of(request)),
        "why": words.why(checked),
        "periods": words.timeline(checked),
        "marks": words.marks(checked),
        **_record(request, agreement),
        **_band(request, agreement),
        "subscriptions": subscriptions,
        "seats": _seats(subscriptions),
        "terms": agreement.terms.order_by("number"),
        "changes": submitted_by(_latest(changes), request.actor),
        "on_way": on_way,
        "track": track(on_way, request.actor) if on_way else None,
        "events": journal.events(agreement, request.actor, SHOWN),
    }


def _latest(changes: QuerySet[PartnerChange]) -> list[PartnerChange]:
    related = changes.select_related("agreement", "partner", "by", "on_behalf_of")
    return list(related.prefetch_related("consents").order_by("-pk")[:SHOWN])


def history(request: DoorRequest, reference: str, crumbs: Crumbs) -> dict[str, Any]:
    """What the page of everything that happened to an agreement shows."""
    _checked, agreement = _loaded(request, reference)
    kind = words.kind(agreement.purchasing_model)
    url = reverse(f"{door_of(request)}:agreement", args=[agreement.reference])
    return {
        "heading": _("History"),
        "agreement": agreement,
        "today": clock.today(),
        **_band(request, agreement),
        "crumbs": [*crumbs, (f"{kind} {agreement.reference}", url)],
        "events": journal.events(agreement, request.actor),
    }


def _loaded(
    request: DoorRequest, reference: str, *, judge_person: bool = True
) -> tuple[Check, Agreement]:
    actor = request.actor
    found = check([reference], by=actor, judge_person=judge_person)
    if not found:
        raise Http404
    agreements = Agreement.objects.visible_to(actor).select_related("account", "contract_manager")
    return found[0], agreements.get(reference=reference)


def _band(request: DoorRequest, agreement: Agreement) -> dict[str, Any]:
    """The partners through time, as known on the day that is asked for, and who it was on one."""
    asked = AsOf(request.GET) if "on" in request.GET else AsOf(initial={"on": clock.today()})
    answer = None
    if asked.is_bound and asked.is_valid():
        answer = record.answer(agreement, asked.cleaned_data["on"], asked.cleaned_data["known_on"])
    known_on = answer.known_on if answer else None
    known = record.record(agreement, door_of(request), record.known(known_on))
    return {
        "asked": asked,
        "answer": answer,
        "lanes": known.lanes(),
        "known_on": known_on,
        "corrections": _corrections(agreement),
    }


def _corrections(agreement: Agreement) -> list[tuple[PartnerChange, date]]:
    """What was put right since, each with the last day on which that was not known yet."""
    found = PartnerChange.objects.filter(agreement=agreement, occasion="correction").order_by("pk")
    days = [(each, localtime(each.submitted_at, clock.vendor_zone()).date()) for each in found]
    return [(each, day - timedelta(days=1)) for each, day in days]


def _record(request: DoorRequest, agreement: Agreement) -> dict[str, Any]:
    known = record.record(agreement, door_of(request))
    return {
        "present": [_card(t) for t in known.present],
        "to_come": [_card(t) for t in known.to_come],
        "past": [_card(t) for t in known.past],
    }


def _card(tenure: Tenure) -> dict[str, Any]:
    return {
        "tenure": tenure,
        "partner": tenure.partner,
        "role": words.role(tenure.role),
        "address": words.address(tenure.partner),
    }


def _seats(subscriptions: Sequence[Subscription]) -> str:
    seats = sum(each.seats for each in subscriptions)
    booked = ngettext("%(n)s subscription", "%(n)s subscriptions", len(subscriptions))
    of_them = ngettext("%(n)s seat", "%(n)s seats", seats)
    return f"{booked % {'n': len(subscriptions)}}, {of_them % {'n': seats}}"
