"""Where a page of a list begins: after the instant and the id of the last row of the one before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")
PAGE = 50
Place = tuple[datetime, str]


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and where the page after them begins ("" when there is none)."""

    rows: tuple[T, ...]
    later: str = ""


def token(at: datetime, id: object) -> str:
    """The place of a row, for the address."""
    return f"{at.isoformat()}~{id}"


def place(text: str) -> Place | None:
    """The place that a token names; None when it names none."""
    written, _tilde, id = text.partition("~")
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (at, id) if at.tzinfo and id else None


def counted(count: int, most: int) -> str:
    """A number that is exact up to `most`: 12, or 1,000+."""
    return f"{most:,}+" if count > most else f"{count:,}"
