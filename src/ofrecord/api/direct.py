"""Calls of the API go straight to their operation, past what only pages need.

A program has no session, sends no form and is shown no message. What is around every answer of
the product it has here too: the hosts that are served, the language, and the headers.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation

from ofrecord.api.envelope import is_direct

API = "/api/v1/"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}
Answer = Callable[[HttpRequest], HttpResponse]


def direct(answer: Answer) -> Answer:
    """Middleware: the operation itself answers; pages below the same address go on as pages do."""

    def answered(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            return answer(request)
        match = resolve(request.path_info)
        if not is_direct(match.func):
            return answer(request)
        request.get_host()
        request.resolver_match = match
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.setdefault("Content-Language", language)
        response.setdefault("Content-Length", str(len(response.content)))
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response

    return answered
