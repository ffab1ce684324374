"""How answers are written: JSON bytes, with a tag that says which state they show."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

MEDIA_TYPE = "application/json"


def written(data: Any) -> bytes:
    """The bytes of an answer; instants are in UTC."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def answer(data: Any, status: int = 200, **headers: str) -> HttpResponse:
    """An answer that no cache keeps."""
    return of_bytes(written(data), status, **headers)


def of_bytes(body: bytes, status: int = 200, **headers: str) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=MEDIA_TYPE)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def tag(body: bytes) -> str:
    """The entity tag of a representation."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def tagged(request: HttpRequest, data: Any) -> HttpResponse:
    """One resource with its tag; 304 without a body to a client that has it already."""
    body = written(data)
    mark = tag(body)
    if mark in _tags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": mark})
    return of_bytes(body, ETag=mark)


def matches(wanted: str, data: Any) -> bool:
    """Whether `If-Match` names the state that this shows; an empty one names any."""
    return not wanted or "*" in _tags(wanted) or tag(written(data)) in _tags(wanted)


def _tags(header: str) -> list[str]:
    return [each.strip().removeprefix("W/") for each in header.split(",")]


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
