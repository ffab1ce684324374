"""The forms of the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.desk import words
from ofrecord.rules import policy

LONGEST = 500


class AnswerForm(forms.Form):
    """Whether a consent is given; if not, why. A partner that loses objects on a ground."""

    answer = forms.ChoiceField(choices=[("given", ""), ("refused", "")], widget=forms.HiddenInput)
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": f"{kind}_%s"})
        self.kind = kind
        ground, reason = self.fields["ground"], self.fields["reason"]
        if kind == "losing":
            known = [(code, words.ground(code)) for code in policy.live().objection_grounds]
            ground.choices = [("", _("Choose a ground")), *known]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["ground"]
            reason.label = _("Reason")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("answer") == "refused":
            if self.kind == "losing" and not self.cleaned_data.get("ground"):
                self._say("ground", _("Choose the ground on which you object."))
            elif self.kind == "gaining" and not self.cleaned_data.get("reason", "").strip():
                self._say("reason", _("Give a reason."))
        return self.cleaned_data

    @property
    def given(self) -> bool:
        return bool(self.cleaned_data["answer"] == "given")

    def _say(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)


class CodeForm(forms.Form):
    """The code that a customer has given to the firm."""

    code = forms.CharField(
        label=gettext_lazy("Transfer code"),
        help_text=gettext_lazy(
            "As the customer gave it to you. Capitals and dashes do not matter."
        ),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={"required": gettext_lazy("Enter the code.")},
    )
