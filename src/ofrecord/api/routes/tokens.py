"""Access tokens: OAuth 2 client credentials, issued by allauth."""

import json
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.idp.oidc.models import Token
from allauth.idp.oidc.views import token as issue
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from ofrecord.api.problems import Problem
from ofrecord.api.shapes.problem import AccessToken, TokenError
from ofrecord.parties import limits
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import SCOPES

router = Router(tags=["Access"])
TOKENS_PER_ADDRESS_PER_HOUR = 3_000
GRANT = "client_credentials"

SHAPE = {"$ref": "#/components/schemas/TokenRequest"}
BODY = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": SHAPE}}}


@router.post(
    "/oauth/token",
    operation_id="get_token",
    summary="Get an access token",
    auth=None,
    response={200: AccessToken, 400: TokenError, 401: TokenError},
    openapi_extra={
        "requestBody": BODY,
        "security": [{}, {"client": []}],
        "x-problems": [429, 503],
        "x-token": True,
    },
)
def get_token(request: HttpRequest) -> HttpResponse:
    """Exchange the client's id and secret for a token that is valid for an hour (RFC 6749, 4.4).

    The credentials come as HTTP Basic authentication or in the form.
    """
    address = get_adapter().get_client_ip(request)
    with seeing(Actor.system("api")):
        over = limits.count("api.token", {f"address/{address}": TOKENS_PER_ADDRESS_PER_HOUR})
    if over:
        said = _("Too many tokens were asked for from this address within the hour.")
        raise Problem(429, "token_limit", said, headers={"Retry-After": "3600"})
    if refused := _refused(request):
        return refused
    Token.objects.expired().delete()
    response = cast(HttpResponse, issue(request))
    response["Cache-Control"] = "no-store"
    return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    """What the issuer need not be asked for: another grant, or text that cannot be kept."""
    if request.content_type != "application/x-www-form-urlencoded" or request.GET:
        return _error("invalid_request")
    said = [text for each in request.POST.lists() for text in (each[0], *each[1])]
    if len(said) != 2 * len(set(request.POST)) or any("\x00" in each for each in said):
        return _error("invalid_request")
    if not request.POST.get("grant_type"):
        return _error("invalid_request")
    if request.POST["grant_type"] != GRANT:
        return _error("unsupported_grant_type")
    if not set(request.POST.get("scope", "").split()) <= set(SCOPES):
        return _error("invalid_scope")
    return None


def _error(code: str) -> HttpResponse:
    body = json.dumps({"error": code})
    return HttpResponse(body, status=400, content_type="application/json")
