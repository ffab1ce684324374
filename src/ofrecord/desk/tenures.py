"""The lists of a firm's own tenures, a page at a time."""

from datetime import datetime, timedelta

from ofrecord.agreements import own
from ofrecord.agreements.own import COUNTED, SHOWS, Line, count, ids_on, names_of
from ofrecord.desk.places import PAGE, Page, place, token
from ofrecord.journal import clock

__all__ = [
    "COUNTED",
    "SHOWS",
    "Line",
    "coming",
    "count",
    "going",
    "ids_on",
    "names_of",
    "page",
]


def page(firm_id: int, show: str, role: str, after: str = "", size: int = PAGE) -> Page[Line]:
    """A page of the firm's list: four statements at most, however long it is.

    Call it inside `parties.context.seeing`.
    """
    found = own.lines(firm_id, show, role, _place(after), size + 1)
    shown, more = found[:size], len(found) > size
    last = token(own.place_of(shown[-1], show), shown[-1].tenure) if more else ""
    return Page(tuple(shown), last)


def going(firm_id: int, days: int, most: int = PAGE) -> list[Line]:
    """Where the firm's role ends within so many days, the nearest first."""
    return own.going(firm_id, days, most)


def coming(firm_id: int, days: int, most: int = PAGE) -> list[Line]:
    """Where the firm is to be of record within so many days, the nearest first."""
    horizon = clock.business_now() + timedelta(days=days)
    found = page(firm_id, "coming", "", size=most).rows
    return [line for line in found if line.since <= horizon]


def _place(text: str) -> tuple[datetime, int] | None:
    found = place(text)
    return (found[0], int(found[1])) if found and _is_id(found[1]) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) < 2**63
