"""Cases in the table of doors, and what is tried of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from ofrecord.cases.files import Upload
from ofrecord.cases.models import Attachment
from ofrecord.cases.open import open_case
from ofrecord.cases.wishes import Wished
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast

# Route: the word for GET and for POST, and what it is about; the table makes rows of them.
CASE_WORDS: dict[str, tuple[str | None, str | None, str]] = {
    "portal:cases": ("", None, ""),
    "portal:cases_new": ("", "422", ""),
    "portal:case": ("sees", None, "case"),
    "portal:case_file": ("sees", None, "case_file"),
    "portal:case_answer": (None, "changes", "case"),
    "portal:case_solved": (None, "changes", "case"),
    "portal:case_reopen": (None, "could", "case"),
    "console:cases": ("", None, ""),
    "console:case": ("sees", None, "case"),
    "console:case_file": ("sees", None, "case_file"),
    "console:case_answer": (None, "supports 302", "case"),
    "console:case_note": (None, "supports 302", "case"),
    "console:case_assign": (None, "supports 422", "case"),
    "console:case_resolve": (None, "supports 302", "case"),
    "console:case_reopen": (None, "supports 409", "case"),
    "console:case_close": (None, "supports 409", "case"),
}
OF_CASES = ("case", "case_file")
SAID = {"text": "One thing more.", "waits_for": "waiting_for_customer"}
"""What the forms of cases send."""


@dataclass(frozen=True)
class OfCases:
    """For each thing a case about its agreement, with a file."""

    cases: dict[str, tuple[str, UUID]]

    def known(self, thing: str) -> dict[str, Any]:
        """What stands in the addresses."""
        number, file = self.cases.get(thing, ("CS-00000000", uuid4()))
        return {"case": [number], "case_file": [number, file]}


def of_cases(cast: Cast, agreements: dict[str, str], admins: dict[str, str]) -> OfCases:
    """The admin of each account has opened a case."""
    return OfCases({thing: _opened(cast, agreements[thing], who) for thing, who in admins.items()})


def _opened(cast: Cast, reference: str, who: str) -> tuple[str, UUID]:
    wished = Wished("other", agreement=reference, subject="An invoice")
    file = Upload("invoice.txt", f"Of {reference}".encode())
    case = open_case(wished, text="Please help.", by=cast.actor(who), files=[file])
    with seeing(Actor.system()):
        return case.number, Attachment.objects.get(case=case).pk
