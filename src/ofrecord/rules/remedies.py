"""Where the page is that does what a remedy says.

Rules know no routes: this is the one table of them, which a test holds against the portal's own.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

AGREEMENT = "/billing/agreements/{reference}/"
ASK = "/billing/quotes/ask/?{agreement}"
CASE = "/cases/new/"
ADDRESSES = {
    "auto_renew_off": AGREEMENT + "#auto-renew",
    "renew": ASK,
    "quote": ASK,
    "wait": "/changes/{open_change}/",
    "unlock": AGREEMENT + "#lock",
    "who_can": "/people/?{agreement}#who-can",
}
"""By the step of a remedy: a page of the customer's door."""


def address(step: str, facts: Mapping[str, Any]) -> str | None:
    """The page of a step for the agreement of these facts, on this site; None where there is none.

    Examples, which are nobody's agreement, have no reference and so no page.
    """
    path, reference = ADDRESSES.get(step), facts.get("reference")
    if step == "support" and reference is not None:
        return case(str(reference), **_wish(facts))
    if path is None or reference is None:
        return None
    return path.format(
        reference=_part(reference),
        agreement=urlencode({"agreement": reference}),
        open_change=facts.get("open_change"),
    )


def case(
    agreement: str = "", *, wish: str = "other", change: str = "", number: str = ""
) -> str | None:
    """The page on which a case is opened with this wish; None where the vendor has no cases.

    `change` is the number of a change, `number` that of a new partner.
    """
    if not settings.OFRECORD_CASES:
        return None
    said = {"wish": wish, "agreement": agreement, "change": change, "number": number}
    return f"{CASE}?{urlencode({name: value for name, value in said.items() if value})}"


def absolute(address: str) -> str:
    """An address as letters and programs are given it."""
    return f"{settings.OFRECORD_BASE_URL}{address}" if address.startswith("/") else address


def _wish(facts: Mapping[str, Any]) -> dict[str, str]:
    """What is asked of support where a rule sends people to it."""
    if facts.get("undone_number"):
        return {"wish": "erroneous_change", "change": str(facts["undone_number"])}
    return {"wish": "token_flex" if facts.get("token_flex") else "other"}


def _part(reference: str) -> str:
    """A reference as one part of a path, as the portal's addresses write it."""
    return quote(reference.replace("~", "~7E").replace("/", "~2F"))
