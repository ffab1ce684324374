"""The parameters of the policy one by one: what each can be, read, judged and compared.

Their names are those of `Terms`; of a mapping each entry is one: `consent_days.losing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ofrecord.rules.kinds import Chosen, Dates, Days, Kind, Listed, Value
from ofrecord.rules.policy import JUDGED_BY, OTHER_ROLES, OVERRIDABLE, OVERRIDES, Terms
from ofrecord.rules.rule import CODES

ROLES = ("primary_admin", "secondary_admin", "contract_manager", "viewer")
CONSENTS = ("gaining", "losing", "approval", "confirmation", "override")
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


def _judging(occasion: str) -> Kind:
    always = tuple(code for code in JUDGED_BY[occasion] if code in NEVER_LEFT_OUT)
    return Chosen(choices=CODES, always=always)


def _kind(value: Any) -> Kind:
    return Days() if isinstance(value, int) else Listed()


_SPECIAL: dict[str, Kind] = {
    "undo_working_days": Days(1, 100),
    "may_change": Chosen(choices=ROLES, least=1),
    "holidays": Dates(),
    "staying_roles": Chosen(choices=OTHER_ROLES),
    "second_person_for": Chosen(choices=OVERRIDABLE),
    **{f"consent_days.{each}": Days() for each in CONSENTS},
    **{f"overrides.{role}": Chosen(choices=OVERRIDABLE) for role in OVERRIDES},
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
