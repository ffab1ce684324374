"""The two ways in which a correction is wished for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.agreements.models import Agreement
from ofrecord.changes.find import typed
from ofrecord.changes.models import OPEN, PartnerChange
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.templatetags import web

SHOWN = 20
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FIELD_OF = {
    "effective_in_future": "effective_on",
    "effective_before_start": "effective_on",
    "nothing_wished": "effective_on",
    "ends_before_it_begins": "until",
    "ends_in_future": "until",
    "change_in_progress": "supersedes",
    "not_found": "corrects",
}
"""Beside which field a refusal stands; one of the partner beside its number or the change."""


class WishForm(forms.Form):
    """What both ways have: which it is, and what becomes of a change that is open."""

    way = forms.CharField(widget=forms.HiddenInput)
    supersedes = forms.BooleanField(required=False)

    def __init__(self, agreement: Agreement, data: Any = None, **given: Any) -> None:
        super().__init__(data, auto_id=f"{self.name}_%s", initial={"way": self.name, **given})
        opened = PartnerChange.objects.filter(agreement=agreement, state__in=OPEN).first()
        if opened:
            said = _("Call off the open change %(number)s, to %(name)s")
            name = opened.partner.name if opened.partner else _("the partners before")
            self.fields["supersedes"].label = said % {"number": opened.number, "name": name}
            self.fields["supersedes"].help_text = _("Otherwise it goes on as it was submitted.")
        else:
            del self.fields["supersedes"]

    name = ""
    subject = ""

    @property
    def wish(self) -> dict[str, Any]:
        """The wish as the verb takes it."""
        given = self.cleaned_data
        return {
            "partner": given.get("partner"),
            "corrects": given.get("corrects"),
            "effective_on": given.get("effective_on"),
            "until": given.get("until"),
            "supersedes": given.get("supersedes", False),
        }

    def put(self, verdicts: Sequence[Verdict]) -> None:
        """Say beside its cause what stands against it."""
        for verdict in verdicts:
            field = FIELD_OF.get(verdict.code)
            if verdict.code.startswith("partner_") or field == "corrects":
                field = self.subject
            said = f"{verdict.reason} {verdict.remedy.text}".strip()
            self.add_error(field if field in self.fields else None, said)


class RestoreForm(WishForm):
    """What stood before a change is so again, from when that change counted."""

    name, subject = "restore", "corrects"

    def __init__(self, agreement: Agreement, data: Any = None, **given: Any) -> None:
        super().__init__(agreement, data, **given)
        self.changes = _choices(agreement)
        self.fields["corrects"] = forms.ChoiceField(
            label=_("The change that was wrong"),
            choices=self.changes,
            initial=self.changes[0][0] if self.changes else None,
            widget=forms.RadioSelect,
        )
        self.order_fields(("corrects", "supersedes"))


class NameForm(WishForm):
    """One partner is it, from a day on, and until another day or for good."""

    name, subject = "name", "partner"
    partner = forms.CharField(
        label=gettext_lazy("Partner account number"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    effective_on = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    until = forms.DateField(
        label=gettext_lazy("Until before"),
        required=False,
        help_text=gettext_lazy(
            "Today or earlier; what came later stays. Empty: from then on for good."
        ),
        widget=DAY,
    )
    field_order = ("partner", "effective_on", "until", "supersedes")

    def clean_partner(self) -> str:
        return typed(self.cleaned_data["partner"])


WAYS: dict[str, type[WishForm]] = {form.name: form for form in (RestoreForm, NameForm)}


def _choices(agreement: Agreement) -> list[tuple[str, str]]:
    """The changes of an agreement that took effect, the latest first."""
    applied = PartnerChange.objects.filter(agreement=agreement, applied_at__isnull=False)
    found = applied.exclude(occasion="load")
    return [
        (each.number, _label(each))
        for each in found.select_related("partner").order_by("-pk")[:SHOWN]
    ]


def _label(change: PartnerChange) -> str:
    said = _("%(number)s, to %(name)s from %(day)s")
    name = change.partner.name if change.partner else _("the partners before")
    return said % {"number": change.number, "name": name, "day": web.day(change.effective_at)}
