"""The forms with which a system is kept."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.delivery.endpoints import LONGEST_NAME, PARTNER_CHANGES
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.rotate import LONGEST_OVERLAP, OVERLAP
from ofrecord.journal import clock

INSTANT = "%Y-%m-%dT%H:%M"


class TypesField(forms.CharField):
    """Event types, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "number"})

    def clean(self, value: Any) -> Any:
        return [word for word in re.split(r"[\s,;]+", super().clean(value)) if word]


class ChangeForm(forms.Form):
    """Where a system is, what it is told of, and whether changes wait for it."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2_000,
        help_text=gettext_lazy("Events are posted here. Redirects are not followed."),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    types = TypesField(
        label=gettext_lazy("Told of"),
        help_text=gettext_lazy(
            "Event types, one a line: partner_change.applied, or a whole family: partner_change.*"
        ),
        initial="\n".join(PARTNER_CHANGES),
    )
    required = forms.BooleanField(
        label=gettext_lazy("Changes wait for it before they are complete"),
        required=False,
        initial=True,
    )

    @classmethod
    def of(cls, endpoint: Endpoint) -> "ChangeForm":
        """The form as the system is now."""
        types = "\n".join(endpoint.types)
        return cls(initial={"url": endpoint.url, "types": types, "required": endpoint.required})


class AddForm(ChangeForm):
    """The same for a new one, with what people call it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("What people call the system; it stands on every tracker."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "url", "types", "required")


class RotateForm(forms.Form):
    """How long the old secret signs along."""

    overlap = forms.IntegerField(
        label=gettext_lazy("Hours in which the old secret signs too"),
        min_value=0,
        max_value=LONGEST_OVERLAP,
        initial=OVERLAP,
        help_text=gettext_lazy(
            "Meanwhile every delivery carries both signatures, so the receiver can change over "
            "whenever it likes. 0 ends the old one at once."
        ),
    )


class ReplayForm(forms.Form):
    """From when until when, in the vendor's zone."""

    since = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until before"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT),
    )

    @classmethod
    def of(cls, _endpoint: Endpoint) -> "ReplayForm":
        """The last day; recorded times are real ones, whatever the business date."""
        now = datetime.now(clock.vendor_zone()).replace(second=0, microsecond=0)
        until = now + timedelta(minutes=1)
        return cls(initial={"since": now - timedelta(days=1), "until": until})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if since and until and since >= until:
            self.add_error("until", _("Give a range that begins before it ends."))
        return given
