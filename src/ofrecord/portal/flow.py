"""Update Reseller Information: where its steps are, for one agreement or many."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest
from django.urls import reverse

LIMIT = 10_000
KEPT = 5
FOUND = 50


@dataclass(frozen=True)
class Flow:
    """The agreements that one update is about. `token` names a selection of many."""

    references: tuple[str, ...]
    token: str = ""

    @property
    def many(self) -> bool:
        return bool(self.token)

    @property
    def find_url(self) -> str:
        return self._url("")

    @property
    def review_url(self) -> str:
        return self._url("_review")

    @property
    def confirmation_url(self) -> str:
        return self._url("_confirmation")

    @property
    def done_url(self) -> str:
        """Where Done leads: the details, or the list for many."""
        if self.many:
            return reverse("portal:agreements")
        return reverse("portal:agreement", args=[self.references[0]])

    def _url(self, step: str) -> str:
        if self.many:
            return reverse(f"portal:update_many{step}", args=[self.token])
        return reverse(f"portal:update_one{step}", args=[self.references[0]])


def begin(request: HttpRequest, references: list[str]) -> Flow:
    """Keep a selection in the session; the latest few are remembered."""
    kept: dict[str, Any] = request.session.get("selections", {})
    token = uuid4().hex[:12]
    latest = [*kept.items(), (token, references)][-KEPT:]
    request.session["selections"] = dict(latest)
    return Flow(tuple(references), token)


def chosen(request: HttpRequest, token: str) -> Flow:
    """The selection that a token names; 404 when it is not kept any more."""
    references = request.session.get("selections", {}).get(token)
    if not references:
        raise Http404
    return Flow(tuple(references), token)


def remember(request: HttpRequest, number: str) -> None:
    """This person has found this partner, and may be shown it again."""
    found = [each for each in request.session.get("found_partners", []) if each != number]
    request.session["found_partners"] = [*found, number][-FOUND:]


def has_found(request: HttpRequest, number: str) -> bool:
    return number in request.session.get("found_partners", [])
