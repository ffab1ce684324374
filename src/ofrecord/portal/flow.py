"""An act on one agreement or many, in steps: where they are, and what was chosen for it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest
from django.urls import reverse

LIMIT = 10_000
KEPT = 5
FOUND = 50
UPDATE, CODE = "update", "code"


@dataclass(frozen=True)
class Flow:
    """The agreements that one act is about. `token` names a selection of many.

    The act is Update Reseller Information, or a code that a partner is given.
    """

    references: tuple[str, ...]
    token: str = ""
    act: str = UPDATE

    @property
    def is_update(self) -> bool:
        return self.act == UPDATE

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
            return reverse(f"portal:{self.act}_many{step}", args=[self.token])
        return reverse(f"portal:{self.act}_one{step}", args=[self.references[0]])


def begin(request: HttpRequest, references: list[str], act: str = UPDATE) -> Flow:
    """Keep a selection in the session; the latest few are remembered."""
    kept: dict[str, Any] = request.session.get("selections", {})
    token = uuid4().hex[:12]
    latest = [*kept.items(), (token, references)][-KEPT:]
    request.session["selections"] = dict(latest)
    return Flow(tuple(references), token, act)


def chosen(request: HttpRequest, token: str, act: str = UPDATE) -> Flow:
    """The selection that a token names; 404 when it is not kept any more."""
    references = request.session.get("selections", {}).get(token)
    if not references:
        raise Http404
    return Flow(tuple(references), token, act)


def remember(request: HttpRequest, number: str) -> None:
    """This person has found this partner, and may be shown it again."""
    found = [each for each in request.session.get("found_partners", []) if each != number]
    request.session["found_partners"] = [*found, number][-FOUND:]


def has_found(request: HttpRequest, number: str) -> bool:
    return number in request.session.get("found_partners", [])


def bring(request: HttpRequest, number: str, invitation: UUID) -> None:
    """This person came by an invitation of this partner; the latest few are remembered."""
    kept = {each: id for each, id in brought(request).items() if each != number}
    latest = [*kept.items(), (number, str(invitation))][-KEPT:]
    request.session["brought"] = dict(latest)


def brought(request: HttpRequest) -> dict[str, str]:
    """The invitations by which this person came, by the partner's number, the latest last."""
    found: dict[str, str] = request.session.get("brought", {})
    return found


def offer(request: HttpRequest) -> str:
    """A key for a form whose act must not be done twice by sending it again."""
    key = uuid4().hex
    request.session["offered"] = [*request.session.get("offered", []), key][-KEPT:]
    return key


def use(request: HttpRequest, key: str) -> bool:
    """Whether this key was offered here and not used before; it is used now."""
    offered = request.session.get("offered", [])
    request.session["offered"] = [each for each in offered if each != key]
    return key in offered
