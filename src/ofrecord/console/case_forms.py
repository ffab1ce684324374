"""The forms with which support works on a case."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.cases.models import State
from ofrecord.cases.writing import LONGEST
from ofrecord.parties.models import Person
from ofrecord.web.reason import ReasonForm
from ofrecord.web.records.case import MessageForm

WRITE = {"required": gettext_lazy("Write a message.")}


class AnswerForm(MessageForm):
    """What support answers, and whose turn it is then."""

    waits_for = forms.ChoiceField(
        label=gettext_lazy("Then"),
        choices=[
            (State.WAITING_FOR_CUSTOMER, gettext_lazy("the case waits for the customer")),
            (State.WAITING_FOR_VENDOR, gettext_lazy("support goes on by itself")),
        ],
        initial=State.WAITING_FOR_CUSTOMER,
        widget=forms.RadioSelect,
    )


class NoteForm(forms.Form):
    """What only the vendor's staff read."""

    text = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Only the vendor's staff read it."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write a note.")},
    )


class ResolveForm(forms.Form):
    """How it was resolved, as the customer reads it."""

    text = forms.CharField(
        label=gettext_lazy("What was done"),
        help_text=gettext_lazy("The customer reads it."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=WRITE,
    )


class ReopenForm(forms.Form):
    """Why it is worked on again, as the customer reads it."""

    text = forms.CharField(
        label=gettext_lazy("Why it is open again"),
        help_text=gettext_lazy("The customer reads it."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=WRITE,
    )


class CloseForm(forms.Form):
    """Nothing more is asked."""


class AssignForm(forms.Form):
    """Whose the case is to be; `shown` is whose it was on the page."""

    to = forms.TypedChoiceField(label=gettext_lazy("Give it to"), coerce=int)
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = [(0, _("nobody")), *((each.pk, each.name) for each in people)]

    def clean_to(self) -> int | None:
        return self.cleaned_data["to"] or None


class CarryOutForm(ReasonForm):
    """Why the change is made, and whether that resolves the case."""

    resolves = forms.BooleanField(
        label=gettext_lazy("That resolves the case"), required=False, initial=True
    )
    text = forms.CharField(
        label=gettext_lazy("Message to the customer"),
        help_text=gettext_lazy("Sent when the case is resolved with it."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("resolves") and not given.get("text", "").strip():
            self.add_error("text", _("Write what the customer is to read."))
        return given
