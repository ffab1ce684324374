"""The forms of quotes: accepting, declining, and asking for one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from ofrecord.portal.forms import FindForm
from ofrecord.quotes.request import LONGEST


class AcceptForm(forms.Form):
    """The customer's own number and name for the order; `revision` is the one that was shown."""

    purchase_order = forms.CharField(
        label=gettext_lazy("Purchase-order number"),
        help_text=gettext_lazy("Your own number for the order; the partner reads it."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("As the partner is to read it on the order."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Give your name.")},
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    """Why the offer is not taken; `revision` is the one that was shown."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The partner reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class AskForm(FindForm):
    """The partner that is asked, by its number, for what, and in whose words."""

    kind = forms.ChoiceField(
        label=gettext_lazy("A quote for"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the quote is to be for.")},
    )
    wish = forms.CharField(
        label=gettext_lazy("What you wish for"),
        help_text=gettext_lazy("Products, seats, term, and whatever the partner should know."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        kinds: Sequence[tuple[str, str]],
        **given: Any,
    ) -> None:
        super().__init__(data, **given)
        kind: Any = self.fields["kind"]
        kind.choices = kinds
        kind.initial = kinds[0][0] if kinds else None
