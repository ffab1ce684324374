"""The firm's own invitations: what it has written, and what was answered; never whom it reached."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.changes.recipients import last_day
from ofrecord.desk.places import PAGE, Page, place, token
from ofrecord.invitations import sent
from ofrecord.invitations.introduction import LONGEST, Introduction
from ofrecord.invitations.models import State
from ofrecord.invitations.sent import Sent
from ofrecord.parties.models import Person
from ofrecord.rules.verdicts import Verdict

FIELD_OF = {
    "account_malformed": "account",
    "email_malformed": "email",
    "too_many_agreements": "agreements",
    "message_unusable": "message",
}
COLOURS = {State.SENT: "accent", State.ACCEPTED: "good"}
SAID = {
    State.SENT: gettext_lazy("open"),
    State.ACCEPTED: gettext_lazy("accepted"),
    State.DECLINED: gettext_lazy("no, thank you"),
}


class InviteForm(forms.Form):
    """To whom: a number, an address, or both; for what, and in whose words, if at all."""

    account = forms.CharField(
        label=gettext_lazy("Customer's account number"),
        help_text=gettext_lazy("As the customer gave it to you."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=gettext_lazy("Email of an admin of the customer"),
        help_text=gettext_lazy(
            "Instead of the number, or with it. All admins of the account get it."
        ),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    agreements = forms.CharField(
        label=gettext_lazy("Agreements"),
        help_text=gettext_lazy(
            "Contract numbers or subscription IDs, if you know them; one a line."
        ),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy("A few words of your own, without links; the email brings its own."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def said(self, firm: str) -> Introduction:
        """The invitation as the verb takes it."""
        given = self.cleaned_data
        return Introduction(
            partner=firm,
            account=given["account"],
            email=given["email"],
            agreements=given["agreements"].splitlines(),
            message=given["message"],
        )

    def put(self, verdicts: Sequence[Verdict]) -> None:
        """Say beside its cause what stands against it."""
        for each in verdicts:
            said = f"{each.reason} {each.remedy.text}".strip()
            self.add_error(FIELD_OF.get(each.code), said)


def page(firm_id: int, after: str) -> Page[dict[str, Any]]:
    """A page of the firm's own, the latest first. Call it inside `parties.context.seeing`."""
    rows = sent.page(firm_id, PAGE + 1, _place(after))
    kept = rows[:PAGE]
    later = token(kept[-1].sent_at, kept[-1].id) if len(rows) > PAGE else ""
    names = _names(kept)
    return Page(tuple(shown(each, names) for each in kept), later)


def one(id: UUID, firm_id: int) -> dict[str, Any] | None:
    """One of the firm's own; None where it has none of this id."""
    found = sent.one(id, [firm_id])
    return shown(found, _names([found])) if found else None


def shown(each: Sent, names: Mapping[int, str]) -> dict[str, Any]:
    """An invitation as the desk shows it."""
    standing = State(each.standing)
    return {
        "sent": each,
        "to": each.account_number or each.email,
        "state": standing.value,
        "said": str(SAID.get(standing, standing.label)),
        "colour": COLOURS.get(standing, "neutral"),
        "until": last_day(each.expires_at),
        "by": names.get(each.sent_by or 0, ""),
        "answer": _answer(standing),
    }


def _answer(standing: State) -> str:
    if standing == State.ACCEPTED:
        return _("The customer has accepted: your firm hears of the change or the request itself.")
    if standing == State.DECLINED:
        return _("The customer has answered: no, thank you.")
    if standing == State.SENT:
        return _("No answer yet. Whether it has reached somebody, you are not told.")
    return _("It was not answered.")


def _names(rows: Sequence[Sent]) -> dict[int, str]:
    people = Person.objects.filter(pk__in={each.sent_by for each in rows if each.sent_by})
    return {each.pk: each.name for each in people}


def _place(text: str) -> Any:
    found = place(text)
    try:
        return (found[0], UUID(found[1])) if found else None
    except ValueError:
        return None
