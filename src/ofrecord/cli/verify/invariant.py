"""An invariant, and how the rows that offend it are found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Asked = dict[str, Any]
Search = Callable[[Asked], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    """What must hold, and its searches.

    A search is a query of one text column, or a function, with a sentence for each offence.
    `unindexed` searches read the tables themselves, so that a broken index hides no row.
    """

    name: str
    says: str
    searches: tuple[str | Search, ...]
    unindexed: bool = False


@dataclass(frozen=True)
class CheckResult:
    """How often an invariant is violated, with the first of the offences."""

    name: str
    says: str
    violations: int
    examples: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "says": self.says,
            "violations": self.violations,
            "examples": list(self.examples),
        }
