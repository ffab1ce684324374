"""What is around every answer: limits, no caching, and problems instead of pages."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt

from ofrecord.api.problems import method_not_allowed, not_found

log = structlog.get_logger(__name__)

View = Callable[..., HttpResponseBase]
ISSUER = "get_token"
"""It issues tokens by a library that needs what is around pages."""


def enveloped(patterns: Iterable[Any]) -> list[Any]:
    """The same addresses, each with its answers in the envelope."""
    found = [each for each in patterns if each.name != "api-root"]
    for each in found:
        if not isinstance(each, URLPattern):
            raise ImproperlyConfigured(f"{each} is no plain address of the API")
        each.callback = _in_envelope(each.callback)
        if each.name != ISSUER:
            each.callback.is_direct = True  # type: ignore[attr-defined]  # a function takes extras
    return found


def is_direct(view: View) -> bool:
    """Whether a view is an operation that needs nothing of what is around pages."""
    return getattr(view, "is_direct", False)


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """For every address below the API's that is none."""
    return not_found().answer(request)


def _in_envelope(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _answered(view, request, *args, **kwargs)
        response.setdefault("Cache-Control", "no-store")
        _tell_limit(request, response)
        _note(request, response)
        return response

    return answered


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """What the operation answers; a HEAD is the GET of it, whose body is not sent."""
    asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
    response = view(request, *args, **kwargs)
    request.method = asked
    if isinstance(response, HttpResponseNotAllowed):
        known = response["Allow"].replace("GET", "GET, HEAD")
        response = method_not_allowed(known).answer(request)
    return response


def _note(request: HttpRequest, response: HttpResponseBase) -> None:
    """One line in the log for each call, with the request's id; in place of the framework's."""
    calling = getattr(request, "calling", None)
    log.info(
        "api_call",
        method=request.method,
        path=request.path,
        status=response.status_code,
        client=calling.client_id if calling else None,
    )
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's mark for this


def _tell_limit(request: HttpRequest, response: HttpResponseBase) -> None:
    """The limit of the client and what is left of it (RateLimit header fields)."""
    calling = getattr(request, "calling", None)
    if calling:
        quota = settings.OFRECORD_API_CALLS_PER_MINUTE
        response["RateLimit-Policy"] = f'"client";q={quota};w=60'
        response["RateLimit"] = f'"client";r={max(0, calling.left)};t={calling.seconds}'
