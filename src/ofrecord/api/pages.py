"""Pages of a list: one more row is read than asked for, and tells whether there is another page."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.api.problems import Problem
from ofrecord.journal.prepared import named_rows

Row = dict[str, Any]


def rows(sql: str, values: dict[str, Any]) -> list[Row]:
    """What a query finds, each row by the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return named_rows(cursor)


def page(name: str, found: Sequence[Row], limit: int, key: str) -> dict[str, Any]:
    """The page of `limit` rows, and the key of its last row where there are more."""
    shown = list(found[:limit])
    more = len(found) > limit
    return {name: shown, "next_cursor": str(shown[-1][key]) if more else None}


def lost() -> Problem:
    """A cursor that leads nowhere."""
    return Problem(404, "cursor_unknown", _("There is no such place in this list. Begin anew."))
