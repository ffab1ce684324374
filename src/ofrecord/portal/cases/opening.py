"""Opening a case: which wishes fit an agreement, and the form of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from ofrecord.agreements.models import Agreement, PartnerRole
from ofrecord.cases.models import Wish
from ofrecord.cases.wishes import LONGEST_SUBJECT, Wished
from ofrecord.changes.check import Check, Standing, check_ids
from ofrecord.changes.members import Member, parsed
from ofrecord.changes.models import PartnerChange
from ofrecord.parties.actors import Actor
from ofrecord.web.records.case import FILE_REFUSALS, MessageForm

CHANGES = 20
FIELDS = {
    Wish.REPLACE_ONE: ("member", "number"),
    Wish.TOKEN_FLEX: ("number",),
    Wish.ERRONEOUS_CHANGE: ("change",),
    Wish.OTHER: ("subject",),
}
"""What is asked for each wish, besides the message and files."""
OF_FIELD = {
    **FILE_REFUSALS,
    "subject_missing": "subject",
    "member_missing": "member",
    "member_unknown": "member",
    "change_unknown": "change",
    **dict.fromkeys(
        (
            *("number_missing", "member_same", "partner_role", "partner_malformed"),
            *("partner_unknown", "partner_inactive", "lookup_limit"),
        ),
        "number",
    ),
}


@dataclass(frozen=True)
class Fitting:
    """What can be wished for about an agreement, or about none: `wish` is the one shown."""

    wish: str
    wishes: tuple[str, ...]
    members: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str], ...] = ()


class CaseForm(MessageForm):
    """A wish with its message; only the fields of the wish that is shown are there."""

    member = forms.ChoiceField(
        label=gettext_lazy("Which partner is to be replaced?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose which of the partners is meant.")},
    )
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
    change = forms.ChoiceField(
        label=gettext_lazy("Which change is wrong?"),
        error_messages={"required": gettext_lazy("Choose which change is wrong.")},
    )
    subject = forms.CharField(label=gettext_lazy("What is it about?"), max_length=LONGEST_SUBJECT)
    field_order = ("member", "number", "change", "subject", "text", "attachments")

    def __init__(self, *args: Any, fit: Fitting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = FIELDS[Wish(fit.wish)]
        for name in {each for fields in FIELDS.values() for each in fields} - set(own):
            del self.fields[name]
        for name, choices in (("member", fit.members), ("change", fit.changes)):
            field: Any = self.fields.get(name)
            if field is not None:
                field.choices = choices
        if fit.wish == Wish.TOKEN_FLEX:
            self.fields["number"].required = False


def fitting(agreement: Agreement | None, given: QueryDict, reader: Actor) -> Fitting:
    """The wishes that fit, the one that an address asks for among them if it does."""
    if agreement is None:
        return Fitting(Wish.OTHER, (Wish.OTHER,))
    check = check_ids([agreement.pk], partner=None, person=reader.judged_person)[agreement.pk]
    members, changes = _members(check), _changes(agreement)
    fit = {
        Wish.REPLACE_ONE: len(members) > 1 and check.facts["permitted"],
        Wish.TOKEN_FLEX: agreement.token_flex and check.facts["permitted"],
        Wish.ERRONEOUS_CHANGE: bool(changes),
        Wish.OTHER: True,
    }
    wishes = tuple(wish for wish, fits in fit.items() if fits)
    asked = given.get("wish", "")
    wish = next((each for each in wishes if each == asked), Wish.OTHER if asked else wishes[0])
    return Fitting(wish, wishes, members, changes)


def wished(said: dict[str, Any], fit: Fitting, agreement: Agreement | None, account: str) -> Wished:
    """The wish that a form says."""
    return Wished(
        kind=fit.wish,
        agreement=agreement.reference if agreement else "",
        account=account,
        subject=said.get("subject", ""),
        member=parsed(said.get("member", "")),
        new_partner=said.get("number", ""),
        change=said.get("change", ""),
    )


def _members(check: Check) -> tuple[tuple[str, str], ...]:
    """The partners of record by name, one of each role and scope."""
    return tuple(dict.fromkeys((_key(each), _named(each)) for each in check.standing))


def _key(each: Standing) -> str:
    return str(Member(each.role, each.subscription, each.number))


def _named(each: Standing) -> str:
    role = str(PartnerRole(each.role).label)
    parts: Sequence[str] = [each.name, role, *([each.subscription] if each.subscription else [])]
    return ", ".join(parts)


def _changes(agreement: Agreement) -> tuple[tuple[str, str], ...]:
    """The latest changes that were made of it."""
    made = PartnerChange.objects.filter(agreement=agreement).exclude(occasion="load")
    rows = made.select_related("partner").order_by("-pk")[:CHANGES]
    return tuple(
        (each.number, f"{each.number}{f', {each.partner.name}' if each.partner else ''}")
        for each in rows
    )
