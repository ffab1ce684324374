"""The form of an act that asks for nothing but why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

GIVE_REASON = {"required": gettext_lazy("Give a reason.")}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=GIVE_REASON,
    )


class AnyReasonForm(ReasonForm):
    """Why, for whoever wants to say."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["reason"].required = False
