"""One line of a tracker."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Step:
    """One line of the tracker, in the shape of <c-tracker>."""

    name: str
    state: str
    words: str = ""
    note: str = ""
    at: datetime | None = None
    aside: str = ""
