"""What an agent says of a change for a customer, before seeing what it would do."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.agreements.models import Agreement
from ofrecord.cases import numbers
from ofrecord.cases.models import LIVE, Case
from ofrecord.changes.check import Check, Member, Standing
from ofrecord.changes.find import typed
from ofrecord.changes.members import parsed
from ofrecord.changes.models import OPEN, PartnerChange
from ofrecord.changes.recipients import recipients
from ofrecord.changes.support import Wish
from ofrecord.journal import clock
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.records import words

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FIELD_OF = {"change_in_progress": "supersedes", "member_unknown": "member"}
"""Beside which field a refusal stands; the others beside the partner's number."""


class SupportForm(forms.Form):
    """Whom to replace by whom, from when, for whom, and for which case."""

    member = forms.ChoiceField(
        label=gettext_lazy("Replace"), required=False, widget=forms.RadioSelect
    )
    partner = forms.CharField(
        label=gettext_lazy("New partner account number"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    effective_on = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Empty: from now on."),
        widget=DAY,
    )
    on_behalf_of = forms.ChoiceField(
        label=gettext_lazy("Who asked for it"),
        required=False,
        help_text=gettext_lazy("Their permission is judged. Everybody of the account is told."),
    )
    case = forms.CharField(
        label=gettext_lazy("Case number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("A case of this agreement; its opener is who asked for it."),
    )
    supersedes = forms.BooleanField(required=False)

    def __init__(self, agreement: Agreement, check: Check, data: Any = None, **given: Any) -> None:
        super().__init__(data, auto_id="support_%s", initial=given)
        self.agreement = agreement
        self.found: Case | None = None
        self._offer("member", _members(check))
        self.people = dict(_people(agreement))
        self._offer("on_behalf_of", list(self.people.items()))
        opened = PartnerChange.objects.filter(agreement=agreement, state__in=OPEN).first()
        if opened:
            said = _("Call off the open change %(number)s")
            self.fields["supersedes"].label = said % {"number": opened.number}
        else:
            del self.fields["supersedes"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What can be chosen; with a single choice there is nothing to ask."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField) and len(choices) > 1:
            field.choices = choices
        else:
            del self.fields[name]

    def clean_partner(self) -> str:
        return typed(self.cleaned_data["partner"])

    def clean_effective_on(self) -> Any:
        day = self.cleaned_data["effective_on"]
        if day and day < clock.today():
            raise forms.ValidationError(_("Choose today or a later date."))
        return day

    def clean_case(self) -> str:
        given = self.cleaned_data["case"]
        if not given.strip():
            return ""
        known = Case.objects.filter(agreement=self.agreement, state__in=LIVE)
        self.found = known.filter(number=numbers.normalized(given) or "").first()
        if self.found is None:
            raise forms.ValidationError(_("This agreement has no such case that is open."))
        return self.found.number

    @property
    def person_id(self) -> int | None:
        """Who asked for it; a case knows that itself."""
        return int(self.cleaned_data.get("on_behalf_of") or 0) or None

    def wish(self, overrides: Sequence[str] = ()) -> Wish:
        """The wish as the verb takes it."""
        given = self.cleaned_data
        member = parsed(given.get("member") or "")
        return Wish(
            given["partner"],
            members=(member,) if member else (),
            effective_on=given["effective_on"],
            overrides=tuple(overrides),
            supersedes=given.get("supersedes", False),
        )

    def put(self, verdicts: Sequence[Verdict]) -> None:
        """Say beside its cause what stands against it."""
        for verdict in verdicts:
            field = FIELD_OF.get(verdict.code, "partner")
            if verdict.code == "not_permitted":
                field = "case" if self.found else "on_behalf_of"
            said = f"{verdict.reason} {verdict.remedy.text}".strip()
            self.add_error(field if field in self.fields else None, said)


def _members(check: Check) -> list[tuple[str, str]]:
    """The whole set, or one of the partners of record."""
    own = {str(_member(each)): _label(each) for each in check.standing}
    return [("", _("All partners of record")), *own.items()] if len(own) > 1 else []


def _member(standing: Standing) -> Member:
    return Member(standing.role, standing.subscription, standing.number)


def _label(standing: Standing) -> str:
    said = _("Only %(name)s, %(role)s") % {
        "name": standing.name,
        "role": words.role(standing.role).lower(),
    }
    return f"{said}, {standing.subscription}" if standing.subscription else said


def _people(agreement: Agreement) -> list[tuple[str, str]]:
    people = recipients([agreement.pk], None, ()).people
    named = [(str(each.id), f"{each.name} ({words.joined(each.roles)})") for each in people]
    return [("", _("Nobody of the account: the vendor itself")), *named]
