"""Where the page is that does what a remedy says.

Rules know no routes: this is the one table of them, which a test holds against the portal's own.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

AGREEMENT = "/billing/agreements/{reference}/"
ASK = "/billing/quotes/ask/?{agreement}"
ADDRESSES = {
    "auto_renew_off": AGREEMENT + "#auto-renew",
    "renew": ASK,
    "quote": ASK,
    "wait": "/changes/{open_change}/",
    "unlock": AGREEMENT + "#lock",
}
"""By the step of a remedy: a page of the customer's door."""


def address(step: str, facts: Mapping[str, Any]) -> str | None:
    """The page of a step for the agreement of these facts, on this site; None where there is none.

    Examples, which are nobody's agreement, have no reference and so no page.
    """
    path, reference = ADDRESSES.get(step), facts.get("reference")
    if path is None or reference is None:
        return None
    return path.format(
        reference=_part(reference),
        agreement=urlencode({"agreement": reference}),
        open_change=facts.get("open_change"),
    )


def absolute(address: str) -> str:
    """An address as letters and programs are given it."""
    return f"{settings.OFRECORD_BASE_URL}{address}" if address.startswith("/") else address


def _part(reference: str) -> str:
    """A reference as one part of a path, as the portal's addresses write it."""
    return quote(reference.replace("~", "~7E").replace("/", "~2F"))
