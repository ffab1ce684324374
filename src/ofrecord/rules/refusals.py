"""Refusals of a policy that somebody wants to publish, each with a code and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from ofrecord.journal.record import By
from ofrecord.rules.verdicts import Remedy, Verdict, day

PUBLISHERS = ("operations", "administrator")
"""The roles at the vendor that may publish a policy."""


@dataclass(frozen=True)
class Defect:
    """What is wrong, and `about` what: a parameter, `in_force_on`, `note`, or nothing."""

    about: str
    verdict: Verdict


class PolicyRefused(Exception):
    """A policy was not published. `defects` says why, one for each thing that is wrong."""

    def __init__(self, defects: Sequence[Defect]) -> None:
        super().__init__(" ".join(defect.verdict.reason for defect in defects))
        self.defects = tuple(defects)

    @property
    def code(self) -> str:
        return self.defects[0].verdict.code

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return tuple(defect.verdict for defect in self.defects)


class Acting(Protocol):
    """Whoever acts, as much as is asked here."""

    @property
    def by(self) -> By: ...
    @property
    def vendor_roles(self) -> tuple[str, ...]: ...
    @property
    def is_system(self) -> bool: ...


def may_publish(by: Acting) -> bool:
    """Whether somebody holds a role that publishes, or is at the vendor's terminal."""
    return by.is_system or bool(set(PUBLISHERS) & set(by.vendor_roles))


def plain(code: str, reason: str, remedy: str = "", *, about: str = "") -> Defect:
    """A refusal in the shape of a verdict."""
    return Defect(about, Verdict(code, reason, None, None, Remedy(remedy)))


def not_permitted() -> Defect:
    return plain(
        "not_permitted",
        _("Your role at the vendor does not allow this."),
        _("Ask somebody of operations, or an administrator."),
    )


def parameter_unknown(name: str, known: Sequence[str]) -> Defect:
    return plain(
        "parameter_unknown",
        _("The policy has no parameter %(name)s.") % {"name": repr(name)},
        _("Name one of: %(known)s.") % {"known": ", ".join(known)},
    )


def parameter_unusable(name: str, why: str) -> Defect:
    """`why` is the sentence of what the parameter can be."""
    return plain("parameter_unusable", why, about=name)


def in_past(today: date) -> Defect:
    return plain(
        "policy_in_past",
        _("A policy cannot begin before today, %(day)s.") % {"day": day(today)},
        _("Choose today or a later date."),
        about="in_force_on",
    )


def before_another(version: int, in_force_on: date) -> Defect:
    """The order of the versions is the order in which they are in force."""
    return plain(
        "policy_before_another",
        _("Version %(version)s is published for %(day)s already, and would end this one.")
        % {"version": version, "day": day(in_force_on)},
        _("Choose that day, where the new version takes the place of that one, or a later one."),
        about="in_force_on",
    )


def too_far(latest: date) -> Defect:
    """What is published cannot be taken back, so a slip of the year must not block the policy."""
    return plain(
        "policy_too_far",
        _("A policy begins within a year: on %(day)s at the latest.") % {"day": day(latest)},
        _("Choose an earlier date."),
        about="in_force_on",
    )


def unchanged(version: int) -> Defect:
    return plain(
        "policy_unchanged",
        _("Nothing would change: version %(version)s says the same.") % {"version": version},
        _("Change a parameter."),
    )


def moved(version: int) -> Defect:
    return plain(
        "policy_moved",
        _("Version %(version)s was published meanwhile.") % {"version": version},
        _("Compare your draft with it."),
    )


def note_missing() -> Defect:
    return plain("note_missing", _("Say why, for those who read the versions."), about="note")


def second_person_needed() -> Defect:
    return plain(
        "second_person_needed",
        _("A policy takes two people here: one who drafts it, and another one who publishes it."),
        _("Hand the draft to a second person at the console."),
    )


def same_person() -> Defect:
    return plain(
        "same_person",
        _("Whoever drafted the policy does not publish it."),
        _("Ask somebody else of operations, or an administrator."),
    )


def draft_waiting() -> Defect:
    return plain(
        "draft_waiting",
        _("Another draft waits for a second person."),
        _("Have that one published or declined first."),
    )


def no_draft() -> Defect:
    return plain("not_found", _("There is no such draft."))


def draft_closed(outcome: str) -> Defect:
    """`outcome` is what became of it, in a word."""
    return plain("draft_closed", _("The draft is %(outcome)s already.") % {"outcome": outcome})


def reason_missing() -> Defect:
    return plain("reason_missing", _("Give a reason."), about="reason")
