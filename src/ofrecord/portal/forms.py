"""The forms of Update Reseller Information, and of a code for a partner."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.changes.find import typed
from ofrecord.journal import clock

FURTHEST = timedelta(days=3660)
FORM = "submit-form"


class FindForm(forms.Form):
    """The new partner's number, as a person types or pastes it."""

    number = forms.CharField(
        label=gettext_lazy("New partner account number"),
        help_text=gettext_lazy(
            "Ask your new partner for its number, or look for it in an email from us."
        ),
        max_length=200,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        return typed(self.cleaned_data["number"])


class WhenForm(forms.Form):
    """Now, or a later day; its controls are sent with the form that submits."""

    when = forms.ChoiceField(
        label=gettext_lazy("It takes effect"),
        choices=[("now", gettext_lazy("At once")), ("later", gettext_lazy("On a later date"))],
        widget=forms.RadioSelect(attrs={"form": FORM}),
        initial="now",
        required=False,
    )
    on = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        error_messages={
            "required": gettext_lazy("Choose the date on which it takes effect."),
            "invalid": gettext_lazy("Choose the date on which it takes effect."),
        },
        widget=forms.DateInput(attrs={"type": "date", "form": FORM}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].required = self.data.get("when") == "later"
        first = clock.today() + timedelta(days=1)
        self.fields["on"].widget.attrs["min"] = first.isoformat()
        self.fields["on"].help_text = _("From the beginning of that day, %(zone)s time.") % {
            "zone": settings.TIME_ZONE.replace("_", " ")
        }

    def await_consent(self) -> None:
        """Say of the soonest time that it comes when everybody has consented."""
        field = cast(forms.ChoiceField, self.fields["when"])
        field.choices = [("now", _("With the last consent")), ("later", _("On a later date"))]

    def clean(self) -> dict[str, Any]:
        later = self.cleaned_data.get("when") == "later"
        on = self.cleaned_data.get("on")
        if not later:
            self.cleaned_data["on"] = None
        elif on and on <= clock.today():
            self.add_error("on", _("Choose a date after today, or “At once”."))
        elif on and on > clock.today() + FURTHEST:
            self.add_error("on", _("Choose a date within the next ten years."))
        return self.cleaned_data

    @property
    def effective_on(self) -> date | None:
        return self.cleaned_data.get("on") if self.is_valid() else None


class SubmitForm(forms.Form):
    """The reviewed act: why, and exactly which preview."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Your colleagues read it beside the change; the partners do not."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )
    partner = forms.CharField(max_length=200, widget=forms.HiddenInput)
    reviewed_on = forms.DateField(required=False, widget=forms.HiddenInput)
    fingerprints = forms.CharField(widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """The code that a partner is given: why, for how long, and exactly for what was shown."""

    days = forms.IntegerField(
        label=gettext_lazy("Days of validity"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Your colleagues read it beside the changes; the partner does not."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )
    partner = forms.CharField(max_length=200, widget=forms.HiddenInput)
    fingerprints = forms.CharField(widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, most: int, **given: Any) -> None:
        super().__init__(data, **given)
        days = self.fields["days"]
        said = _("It is valid through the last of so many days after today, at most %(most)s.")
        days.help_text = said % {"most": most}
        days.validators.append(MaxValueValidator(most))
        days.widget.attrs |= {"min": 1, "max": most}
        self.most = most

    def clean_days(self) -> int:
        return self.cleaned_data["days"] or self.most


class NoThanksForm(forms.Form):
    """An invitation is declined; why is for whoever wants to say."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The partner reads it, if it has invited you itself."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
