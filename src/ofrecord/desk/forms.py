"""The forms of the desk."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.desk import words
from ofrecord.rules import policy

LONGEST = 500


class AnswerForm(forms.Form):
    """Whether a consent is given; if not, why. A partner that loses objects on a ground."""

    answer = forms.ChoiceField(choices=[("given", ""), ("refused", "")], widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        error_messages={"required": gettext_lazy("Choose the ground on which you object.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args, **{**kwargs, "auto_id": f"{kind}_%s", "use_required_attribute": False}
        )
        self.kind = kind
        says_why = not self.is_bound or self.data.get("answer") == "refused"
        if kind == "losing":
            known = [(code, words.ground(code)) for code in policy.live().objection_grounds]
            ground = cast(forms.ChoiceField, self.fields["ground"])
            ground.choices = [("", _("Choose a ground")), *known]
            ground.required = says_why
        else:
            del self.fields["ground"]
            self.fields["reason"].label = _("Reason")
            self.fields["reason"].required = says_why

    def clean(self) -> dict[str, Any]:
        if "answer" in self.errors:
            self.add_error(None, _("Choose an answer."))
        return self.cleaned_data

    @property
    def given(self) -> bool:
        return bool(self.cleaned_data["answer"] == "given")


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
