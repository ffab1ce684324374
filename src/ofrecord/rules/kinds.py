"""What a parameter of the policy can be: a number of days, words, known words, or dates."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

Value = int | tuple[str, ...]


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


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
