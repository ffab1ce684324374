"""The forms of invitations at the console."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy

from ofrecord.invitations.introduction import LONGEST, Introduction
from ofrecord.rules.verdicts import Verdict

FIELD_OF = {
    "address_missing": "account",
    "account_malformed": "account",
    "nobody_to_invite": "account",
    "invited_already": "account",
    "too_many_agreements": "agreements",
    "partner_territory": "agreements",
    "partner_product": "agreements",
    "message_unusable": "message",
}
NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


class InviteForm(forms.Form):
    """Which partner, to which account, for what."""

    partner = forms.CharField(
        label=gettext_lazy("Partner account number"), max_length=40, widget=NUMBER
    )
    account = forms.CharField(
        label=gettext_lazy("Customer's account number"), max_length=40, widget=NUMBER
    )
    agreements = forms.CharField(
        label=gettext_lazy("Agreements"),
        help_text=gettext_lazy("One a line. Without any, the customer chooses."),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy("A few words, without links; the email brings its own."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def said(self) -> Introduction:
        """The invitation as the verb takes it."""
        given = self.cleaned_data
        return Introduction(
            partner=given["partner"],
            account=given["account"],
            agreements=given["agreements"].splitlines(),
            message=given["message"],
        )

    def put(self, verdicts: Sequence[Verdict]) -> None:
        """Say beside its cause what stands against it."""
        for each in verdicts:
            self.add_error(self._field(each), f"{each.reason} {each.remedy.text}".strip())

    def _field(self, verdict: Verdict) -> str:
        """Where nothing was found, the field is the one whose words the refusal repeats."""
        known = FIELD_OF.get(verdict.code)
        if known or verdict.code != "not_found":
            return known or "partner"
        said = self.said()
        named = {"account": said.account.split(), "partner": said.partner.split()}
        fields = (name for name, parts in named.items() if f" {''.join(parts)}." in verdict.reason)
        return next(fields, "agreements")


class WithdrawForm(forms.Form):
    """Why it is taken back, for the history."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
