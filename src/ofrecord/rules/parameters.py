"""The parameters of the policy one by one: what each can be, read, judged and compared.

Their names are those of `Terms`; of a mapping each entry is one: `consent_days.losing`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ofrecord.rules.policy import JUDGED_BY, Terms
from ofrecord.rules.rule import CODES

Value = int | tuple[str, ...]

ROLES = ("primary_admin", "secondary_admin", "contract_manager", "viewer")
CONSENTS = ("gaining", "losing", "approval", "confirmation")
NEVER_LEFT_OUT = (
    "change_in_progress",
    "not_permitted",
    "partner_malformed",
    "partner_unknown",
    "not_undoable",
    "decided_since",
)
"""Rules without which an act could not be carried out, or by anybody: nobody overrides them."""


@dataclass(frozen=True)
class Days:
    """A number of days.

    `read` takes what somebody wrote (what is no value stays as it is, to be judged), `wrong`
    says in a sentence what is wrong with a value, and `settled` writes what means the same in
    the same way.
    """

    least: int = 0
    most: int = 366
    nothing: Value = 0

    def read(self, text: str) -> Any:
        return int(text) if re.fullmatch(r"\d{1,6}", text.strip()) else text

    def wrong(self, value: Any) -> str | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and self.least <= value <= self.most:
            return None
        asked = {"least": self.least, "most": self.most}
        return _("Give a number of days from %(least)s to %(most)s.") % asked

    def settled(self, value: Any) -> Value:
        return int(value)


@dataclass(frozen=True)
class Listed:
    """Several words, each once."""

    nothing: Value = ()

    def read(self, text: str) -> Any:
        return tuple(word for word in re.split(r"[\s,;]+", text) if word)

    def wrong(self, value: Any) -> str | None:
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            return _("Give a list of words.")
        twice = next((one for one in value if value.count(one) > 1), None)
        if twice is not None:
            return _("%(one)s is named twice.") % {"one": twice}
        return self._wrong(value)

    def settled(self, value: Any) -> Value:
        return tuple(value)

    def _wrong(self, value: Any) -> str | None:
        bad = next((one for one in value if not re.fullmatch(r"[a-z][a-z_]{0,39}", one)), None)
        if bad is None:
            return None
        return _("%(one)s is no code: write small letters and underscores.") % {"one": repr(bad)}


@dataclass(frozen=True)
class Chosen(Listed):
    """Some of the words that there are; `always` among them."""

    choices: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    least: int = 0

    def settled(self, value: Any) -> Value:
        return tuple(one for one in self.choices if one in value)

    def _wrong(self, value: Any) -> str | None:
        if unknown := [one for one in value if one not in self.choices]:
            asked = {"one": repr(unknown[0]), "known": ", ".join(self.choices)}
            return _("%(one)s is not one of: %(known)s.") % asked
        if missing := [one for one in self.always if one not in value]:
            return _("%(one)s cannot be left out.") % {"one": missing[0]}
        return _("Name at least one.") if len(value) < self.least else None


@dataclass(frozen=True)
class Dates(Listed):
    """Days of the calendar, written like 2026-12-24."""

    most: int = 1_000

    def settled(self, value: Any) -> Value:
        return tuple(sorted(value))

    def _wrong(self, value: Any) -> str | None:
        if bad := next((one for one in value if not _is_date(one)), None):
            return _("%(one)s is no date: write YYYY-MM-DD.") % {"one": repr(bad)}
        too_many = len(value) > self.most
        return _("Give at most %(most)s dates.") % {"most": self.most} if too_many else None


Kind = Days | Listed


@dataclass(frozen=True)
class Difference:
    """A parameter that two versions of the policy have otherwise."""

    name: str
    before: Value
    after: Value

    @property
    def gone(self) -> tuple[str, ...]:
        """What was taken away from a list."""
        return _without(self.before, self.after)

    @property
    def new(self) -> tuple[str, ...]:
        """What was added to a list."""
        return _without(self.after, self.before)

    def as_data(self) -> dict[str, Any]:
        return {"name": self.name, "before": self.before, "after": self.after}


def _without(some: Value, others: Value) -> tuple[str, ...]:
    if isinstance(some, int) or isinstance(others, int):
        return ()
    return tuple(one for one in some if one not in others)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _judging(occasion: str) -> Kind:
    always = tuple(code for code in JUDGED_BY[occasion] if code in NEVER_LEFT_OUT)
    return Chosen(choices=CODES, always=always)


def _kind(value: Any) -> Kind:
    return Days() if isinstance(value, int) else Listed()


_SPECIAL: dict[str, Kind] = {
    "undo_working_days": Days(1, 100),
    "may_change": Chosen(choices=ROLES, least=1),
    "holidays": Dates(),
    **{f"consent_days.{each}": Days() for each in CONSENTS},
    **{f"judged_by.{occasion}": _judging(occasion) for occasion in JUDGED_BY},
}


def _kinds() -> dict[str, Kind]:
    """Each parameter as its default has it, but for those that are special."""
    found: dict[str, Kind] = {}
    for field in fields(Terms):
        default = getattr(Terms(), field.name)
        own = {name: kind for name, kind in _SPECIAL.items() if name.split(".")[0] == field.name}
        if field.name != "version":
            found |= own or {field.name: _kind(default)}
    return found


KINDS = _kinds()


def flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters by their own names, also where a mapping of them was given."""
    named: dict[str, Any] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping) and name not in KINDS:
            named |= {f"{name}.{key}": each for key, each in value.items()}
        else:
            named[name] = value
    return named


def nested(named: Mapping[str, Value]) -> dict[str, Any]:
    """The same as `Terms` has them."""
    made: dict[str, Any] = {}
    for name, value in named.items():
        outer, _dot, inner = name.partition(".")
        if inner:
            made.setdefault(outer, {})[inner] = value
        else:
            made[outer] = value
    return made


def values(terms: Terms) -> dict[str, Value]:
    """Every parameter of a version, also what it leaves at nothing."""
    said = flat(terms.as_parameters())
    return {name: kind.settled(said.get(name, kind.nothing)) for name, kind in KINDS.items()}


def differences(before: Terms, after: Terms) -> tuple[Difference, ...]:
    """What the second version has otherwise, in the order of the parameters."""
    old, new = values(before), values(after)
    return tuple(Difference(name, old[name], new[name]) for name in KINDS if old[name] != new[name])
