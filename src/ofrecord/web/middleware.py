"""A name for each request, and the security headers that no other middleware sets."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADERS = {
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def request_id(answer: Answer) -> Answer:
    """Give each request an id: the proxy's, when it has the form of one, or a new one."""

    def named(request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        name = offered if REQUEST_ID.fullmatch(offered) else uuid.uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]  # an HttpRequest takes extras
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=name)
        response = answer(request)
        response["X-Request-ID"] = name
        return response

    return named


def security_headers(answer: Answer) -> Answer:
    """Add what django-csp and Django's own security middleware leave out.

    What was made with a session in hand is one person's: no cache may keep it.
    """

    def guarded(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        session = getattr(request, "session", None)
        if session is not None and session.accessed:
            response.setdefault("Cache-Control", "no-store, private")
        return response

    return guarded
