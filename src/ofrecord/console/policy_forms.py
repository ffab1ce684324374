"""The draft of a policy as a form: a field for each parameter, as its kind has it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.journal import clock
from ofrecord.rules.kinds import Chosen, Dates, Days, Kind, Value
from ofrecord.rules.parameters import KINDS, values
from ofrecord.rules.policy import JUDGED_BY, Terms
from ofrecord.rules.refusals import Defect
from ofrecord.rules.versions import Version
from ofrecord.rules.words import MEANINGS, OTHER_ROLES, ROLES, value, when

JUDGING = "judged_by."
OVERRIDING = ("overrides.", "second_person_for")


class DraftForm(forms.Form):
    """The parameters of the next version, from when it counts, and why."""

    in_force_on = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose the day from which on it counts.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Why, for those who read the versions."),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why, for those who read the versions.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, latest: Version, data: Any = None) -> None:
        first = max(clock.today() + timedelta(days=1), latest.in_force_on)
        stands = values(latest.terms)
        initial = {name: _initial(given) for name, given in stands.items()}
        super().__init__(data, initial={"in_force_on": first, **initial})
        for name, given in stands.items():
            if field := _field(name, KINDS[name], given, latest.terms):
                self.fields[name] = field
        self.fields["in_force_on"].help_text = _(
            "From the beginning of that day, %(zone)s time."
        ) % {"zone": settings.TIME_ZONE.replace("_", " ")}

    @property
    def parameters(self) -> dict[str, Any]:
        """What the form says, as the verb takes it."""
        given = self.cleaned_data
        return {name: _read(KINDS[name], given[name]) for name in KINDS if name in given}

    @property
    def numbers(self) -> list[BoundField]:
        return [self[name] for name in self.fields if isinstance(KINDS.get(name), Days)]

    @property
    def lists(self) -> list[BoundField]:
        apart = (JUDGING, *OVERRIDING)
        own = (name for name in self.fields if name in KINDS and not name.startswith(apart))
        return [self[name] for name in own if not isinstance(KINDS[name], Days)]

    @property
    def overriding(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(OVERRIDING)]

    @property
    def judging(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(JUDGING)]

    def put(self, defects: Sequence[Defect]) -> None:
        """Say what the verb refuses, beside the field that it is about."""
        for each in defects:
            said = f"{each.verdict.reason} {each.verdict.remedy.text}".strip()
            self.add_error(each.about if each.about in self.fields else None, said)


def _initial(given: Value) -> Any:
    return given if isinstance(given, int) else list(given)


def _read(kind: Kind, given: Any) -> Any:
    """A value of the form; what cannot be left out of a list is not asked for."""
    if isinstance(kind, Chosen):
        return (*given, *kind.always)
    return given if isinstance(given, int | date) else kind.read(given)


def _field(name: str, kind: Kind, given: Value, terms: Terms) -> forms.Field | None:
    label = str(MEANINGS[name])
    if isinstance(kind, Days):
        limits = {"min": kind.least, "max": kind.most}
        return forms.IntegerField(label=label, widget=forms.NumberInput(attrs=limits))
    if isinstance(kind, Chosen):
        return _choice(name, kind, given, terms, label)
    hint = _("One a line, like 2026-12-24.") if isinstance(kind, Dates) else _("One a line.")
    return forms.CharField(label=label, help_text=hint, required=False, widget=_Lines())


def _choice(name: str, kind: Chosen, given: Value, terms: Terms, label: str) -> forms.Field | None:
    """Boxes to tick: of the rules those that could judge this occasion, and not those that must."""
    offered = [(each, _choice_words(each, terms)) for each in kind.choices]
    hint = ""
    if name.startswith(JUDGING):
        usual = {
            *JUDGED_BY[name.removeprefix(JUDGING)],
            *(given if isinstance(given, tuple) else ()),
        }
        codes = [code for code in kind.choices if code in usual and code not in kind.always]
        offered = [(code, when(code, terms)) for code in codes]
        hint = _("Always: %(rules)s.") % {"rules": value(name, kind.always)} if kind.always else ""
    if not offered:
        return None
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        choices=offered,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _choice_words(choice: str, terms: Terms) -> str:
    """A role, or a rule by the case in which it refuses."""
    named = {**ROLES, **OTHER_ROLES}
    return str(named[choice]) if choice in named else when(choice, terms)


class _Lines(forms.Textarea):
    """A list, one item a line."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 3, "spellcheck": "false"})

    def format_value(self, value: Any) -> str:
        return "\n".join(value) if isinstance(value, list | tuple) else str(value or "")
