"""Signed documents as programs get them: the JSON that was signed, the JWS, or the PDF."""

from base64 import urlsafe_b64decode
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ofrecord.api.answers import MEDIA_TYPE, of_bytes
from ofrecord.api.problems import Problem
from ofrecord.changes import refusals
from ofrecord.changes.issue import Document
from ofrecord.changes.paper.sheet import moment

SIGNED, PAPER = "application/jose", "application/pdf"
OTHERS = (SIGNED, PAPER)
FILES = {SIGNED: "jws", PAPER: "pdf"}


def issued(
    request: HttpRequest, issue: Callable[[], Document], draw: Callable[[Document], bytes]
) -> HttpResponse:
    """A document in the media type that the client prefers, issued only when it can have it.

    Refused: not_acceptable, not_final.
    """
    kind = request.get_preferred_type([MEDIA_TYPE, *OTHERS])
    if kind is None:
        said = _("It is to be had as %(kinds)s.") % {"kinds": ", ".join((MEDIA_TYPE, *OTHERS))}
        raise Problem(406, "not_acceptable", said)
    document = issue()
    if document.signed is None:
        known = moment(document.content["known_at"])
        raise refusals.refused([refusals.not_final(known)])
    if kind == MEDIA_TYPE:
        return of_bytes(_payload(document.signed))
    body = draw(document) if kind == PAPER else document.signed
    name = f"{document.name}.{FILES[kind]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=kind, headers=headers)


def _payload(signed: bytes) -> bytes:
    """What was signed, in the very bytes."""
    part = signed.split(b".")[1]
    return urlsafe_b64decode(part + b"=" * (-len(part) % 4))
