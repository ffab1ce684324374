"""Lists by name, a page at a time, told apart by the last row and never by an offset."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

PAGE = 50
Row = TypeVar("Row", bound=Model)


def by_name(rows: QuerySet[Row], after: str, size: int = PAGE) -> tuple[list[Row], str]:
    """One page of rows by name, and the place behind which the next one begins, or ""."""
    id, _colon, name = after.partition(":")
    if id.isascii() and id.isdecimal() and len(id) < 19:
        behind = Q(name=name, pk__gt=int(id)) | Q(name__gt=name)
        rows = rows.filter(Q(name__gte=name) & behind)
    found = list(rows.order_by("name", "pk")[: size + 1])
    last: Any = found[size - 1] if len(found) > size else None
    return found[:size], f"{last.pk}:{last.name}" if last else ""


def by_id(rows: QuerySet[Row], after: str, size: int = PAGE) -> tuple[list[Row], str]:
    """One page of rows, the latest first, and the id behind which the next one begins, or ""."""
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: size + 1])
    return found[:size], str(found[size - 1].pk) if len(found) > size else ""


def address(url: str, **asked: str) -> str:
    """An address with what is asked of it."""
    given = {name: value for name, value in asked.items() if value}
    return f"{url}?{urlencode(given)}" if given else url


def chip(name: str, label: str, url: str, asked: dict[str, str], choices: Sequence[Any]) -> Any:
    """A filter as a chip, each of its choices an address."""
    options = [
        {
            "label": words,
            "url": address(url, **{**asked, name: value}),
            "current": asked[name] == value,
        }
        for value, words in choices
    ]
    known = dict(choices)
    return {
        "name": name,
        "label": label,
        "value": known.get(asked[name], asked[name]) if asked[name] else "",
        "on": bool(asked[name]),
        "options": options,
    }


def asked(request: HttpRequest, name: str) -> str:
    """What an address asks, as the database can hold it."""
    return request.GET.get(name, "").replace("\x00", "").strip()
