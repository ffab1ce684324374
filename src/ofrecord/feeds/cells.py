"""What a cell may hold: each function gives what is staged for it, or says what is wrong.

Patterns are those of the settings, matched as every door matches them.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ofrecord.journal import clock

LONGEST = 1_000
LONGEST_LIST = 20_000
YEARS = range(1900, 3000)

Value = str | list[str] | None
Shape = Callable[[str], Value]


class Spoilt(ValueError):
    """A cell that cannot be taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text(cell: str) -> str:
    """Words on one line: line breaks and runs of white space become single blanks."""
    if len(cell) > LONGEST:
        raise Spoilt("too_long")
    if not cell.isprintable():
        cell = " ".join(cell.split())
        if any(unicodedata.category(letter) == "Cc" for letter in cell):
            raise Spoilt("control_character")
    words = " ".join(cell.split())
    if not words:
        raise Spoilt("missing")
    return words


def several(shape: Shape) -> Shape:
    """A list inside a cell, separated by semicolons."""

    def read(cell: str) -> list[str]:
        if len(cell) > LONGEST_LIST:
            raise Spoilt("too_long")
        return [str(shape(item.strip())) for item in cell.split(";") if item.strip()]

    return read


def matching(pattern: str, code: str) -> Shape:
    """Exactly what the pattern says, from the first to the last letter."""
    whole = re.compile(pattern, re.ASCII)

    def read(cell: str) -> str:
        if len(cell) > LONGEST or not whole.fullmatch(cell):
            raise Spoilt(code)
        return cell

    return read


def one_of(*choices: str, code: str = "not_a_choice") -> Shape:
    def read(cell: str) -> str:
        if cell not in choices:
            raise Spoilt(code)
        return cell

    return read


@lru_cache(maxsize=10_000)
def email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise Spoilt("malformed_email") from None
    return cell.lower()


def whole_number(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}", cell):
        raise Spoilt("not_a_number")
    return cell


@lru_cache(maxsize=10_000)
def day(cell: str) -> str:
    """A day that exists, in the one form of ISO 8601 that is common."""
    return _day(cell).isoformat()


def _day(cell: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise Spoilt("not_a_date")
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        raise Spoilt("not_a_date") from None
    if found.year not in YEARS:
        raise Spoilt("date_out_of_range")
    return found


def instant(cell: str) -> str:
    """An instant with its offset, or a day, which means its beginning for the vendor."""
    if len(cell) <= 10:
        return clock.midnight(_day(cell)).isoformat()
    if not _INSTANT.fullmatch(cell):
        raise Spoilt("not_a_date")
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        raise Spoilt("not_a_date") from None
    if found.year not in YEARS:
        raise Spoilt("date_out_of_range")
    return found.isoformat()


_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})"
)
boolean = one_of("true", "false", code="not_a_boolean")
country = matching("[A-Z]{2}", "malformed_country")
language = matching("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "malformed_language")
address = matching(r"https?://[^\s\"'<>\\\x00-\x20]+", "malformed_address")
account_number = matching(settings.OFRECORD_ACCOUNT_NUMBER_PATTERN, "malformed_number")
contract_number = matching(settings.OFRECORD_CONTRACT_NUMBER_PATTERN, "malformed_number")
subscription_id = matching(settings.OFRECORD_SUBSCRIPTION_ID_PATTERN, "malformed_number")


def reference(cell: str) -> str:
    """A contract number or a subscription ID."""
    try:
        return str(contract_number(cell))
    except Spoilt:
        return str(subscription_id(cell))


def place(cell: str) -> str:
    """Where a person belongs: an account, a partner, or the vendor."""
    return cell if cell == "vendor" else str(account_number(cell))
