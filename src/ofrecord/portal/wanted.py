"""What the address of the list asks for: search, filters, sorting, and where the page begins."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

SORTS = ("end", "product", "reference", "partner")
STATUSES = ("active", "expired", "moving")
ELIGIBILITIES = ("available", "unavailable")
EXPIRING = ("30", "60", "90", "180", "365")
NO_PARTNER = "none"
LONGEST = 200

Key = tuple[str, int, int]


@dataclass(frozen=True)
class Wanted:
    """One state of the list. `sort` has a minus sign before it when it runs backwards."""

    q: str = ""
    partner: str = ""
    status: str = ""
    eligibility: str = ""
    product: str = ""
    expiring: str = ""
    sort: str = "end"
    after: str = ""
    before: str = ""

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def filtered(self) -> bool:
        return any(getattr(self, name) for name in FILTERS)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new search leaves as it is, for the form."""
        given = [(name, getattr(self, name)) for name in (*FILTERS[1:], "sort")]
        return [(name, value) for name, value in given if value and (name, value) != _PLAIN]

    def query(self, **changed: str) -> str:
        """The address's query with this changed; a change of anything starts at the first page."""
        state = replace(self, **{"after": "", "before": "", **changed})
        given = {f.name: getattr(state, f.name) for f in fields(state)}
        said = {name: value for name, value in given.items() if value and (name, value) != _PLAIN}
        return "?" + urlencode(said)


FILTERS = ("q", "partner", "status", "eligibility", "product", "expiring")
_PLAIN = ("sort", "end")


def wanted(given: Mapping[str, str]) -> Wanted:
    """The state that an address asks for; what is not understood is left out."""

    def one_of(name: str, known: tuple[str, ...], otherwise: str = "") -> str:
        value = given.get(name, "")
        return value if value in known else otherwise

    return Wanted(
        q=given.get("q", "").replace("\x00", "").strip()[:LONGEST],
        partner=given.get("partner", "").replace("\x00", "")[:LONGEST],
        status=one_of("status", STATUSES),
        eligibility=one_of("eligibility", ELIGIBILITIES),
        product=given.get("product", "").replace("\x00", "")[:LONGEST],
        expiring=one_of("expiring", EXPIRING),
        sort=one_of("sort", (*SORTS, *(f"-{sort}" for sort in SORTS)), "end"),
        after=given.get("after", ""),
        before=given.get("before", ""),
    )


def token(key: Key) -> str:
    """The place of a row in the list, for the address."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def place(text: str) -> Key | None:
    """The place that a token names; None when it names none."""
    try:
        padded = text + "=" * (-len(text) % 4)
        key, agreement, subscription = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, TypeError):
        return None
    if not isinstance(key, str) or "\x00" in key:
        return None
    if not all(isinstance(id, int) and 0 <= id < 2**63 for id in (agreement, subscription)):
        return None
    return key, agreement, subscription
