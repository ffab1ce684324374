"""Who calls: a system with a token, the scope that the operation needs, and its limit."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ofrecord.api.problems import Problem, unauthenticated
from ofrecord.api.turns import Turn, Turns
from ofrecord.parties.actors import Actor
from ofrecord.parties.calling import Calling, calling, hashed
from ofrecord.parties.scopes import ACCOUNT, PARTNER, VENDOR

EVERYBODY = (VENDOR, ACCOUNT, PARTNER)
LONGEST_TOKEN = 512


class ApiRequest(HttpRequest):
    """A request as an operation of the API gets it."""

    actor: Actor
    calling: Calling
    request_id: str


@dataclass(kw_only=True)
class Caller(Turn):
    """One call that comes with a token, and whose it is once that is known."""

    token_hash: str
    found: Calling | None = None
    is_known: bool = False


def needs(scope: str, kinds: Collection[str] = EVERYBODY) -> Callable[[HttpRequest], Calling]:
    """The permission of an operation: a good token with this scope, of a client of these kinds.

    An empty scope asks for a good token only.
    """

    def permitted(request: HttpRequest) -> Calling:
        found = _known(request)
        asked = cast(ApiRequest, request)
        asked.calling, asked.actor = found, found.actor(asked.request_id)
        if found.left < 0:
            raise _too_often(found)
        if found.networks and not found.may_call_from(get_adapter().get_client_ip(request)):
            said = _("This client may not call from this address.")
            raise Problem(403, "address_refused", said)
        if scope and scope not in found.scopes:
            said = _("This needs a token with the scope %(scope)s.") % {"scope": scope}
            raise Problem(403, "scope_missing", said, headers=_challenge(scope))
        if found.kind not in kinds:
            said = _("Clients of this kind cannot do this.")
            raise Problem(403, "not_for_client", said)
        return found

    return permitted


def _known(request: HttpRequest) -> Calling:
    """Whose the token is. Where the look-up for several calls failed, each asks for itself."""
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
        raise unauthenticated()
    caller = Caller(token_hash=hashed(token.strip()))
    _callers(caller.token_hash).take(caller)
    if not caller.is_known:
        _ask([caller])
    if caller.found is None:
        raise unauthenticated()
    return caller.found


@lru_cache(maxsize=1024)
def _callers(_token_hash: str) -> Turns[Caller]:
    """Those with one token: who comes while it is looked up is looked up with the next."""
    return Turns(_ask)


def _ask(callers: list[Caller]) -> None:
    found = calling(callers[0].token_hash, len(callers))
    for later, each in enumerate(reversed(callers)):
        each.found, each.is_known = found and found.before(later), True


def _too_often(found: Calling) -> Problem:
    said = _("This client called too often. Calls are counted by the minute.")
    headers = {"Retry-After": str(found.seconds)}
    return Problem(429, "rate_limited", said, headers=headers)


def _challenge(scope: str) -> dict[str, str]:
    words = f'Bearer realm="ofrecord", error="insufficient_scope", scope="{scope}"'
    return {"WWW-Authenticate": words}
