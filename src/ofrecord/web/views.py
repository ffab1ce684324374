"""The stylesheet of the vendor's colour, the font, the choice of theme, and what went wrong."""

import gzip
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from ofrecord.journal.overload import is_away, is_busy
from ofrecord.web import theme
from ofrecord.web.context import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600
FONT = files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def theme_css(_request: HttpRequest) -> HttpResponse:
    """The stylesheet that carries what only this deployment knows: its colour and addresses."""
    chosen = theme.accent(settings.OFRECORD_VENDOR_ACCENT or theme.DEFAULT)
    text = theme.stylesheet(chosen, font_url=reverse("web:font"))
    return HttpResponse(text, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=YEAR, immutable=True)
@vary_on_headers("Accept-Encoding")
def font(request: HttpRequest) -> HttpResponse:
    """Inter, from the package that carries it."""
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(FONT.read_bytes(), content_type="font/ttf")
    return HttpResponse(
        _font_in_gzip(), content_type="font/ttf", headers={"Content-Encoding": "gzip"}
    )


@lru_cache(maxsize=1)
def _font_in_gzip() -> bytes:
    return gzip.compress(FONT.read_bytes(), mtime=0)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the person's choice of light or dark, or follow the device again."""
    back = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back if ours else "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _problem(status: int, template: str = "") -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest, *_given: object, **_named: object) -> HttpResponse:
        return render(request, template or f"{status}.html", status=status)

    return answer


bad_request = _problem(400)
forbidden = _problem(403)
csrf_failure = _problem(403, "403_csrf.html")
not_found = _problem(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; and 503 where the database refuses for now, and the same can be asked again."""
    error = sys.exc_info()[1]
    busy = error is not None and is_busy(error)
    if error is None or not (busy or is_away(error)):
        return render(request, "500.html", status=500)
    response = render(request, "503.html", {"busy": busy}, status=503)
    response["Retry-After"] = "1"
    return response


def too_many(
    request: HttpRequest, *_given: object, retry_after: int = 300, **_named: object
) -> HttpResponse:
    """429: a limit was reached; `retry_after` is in seconds."""
    minutes = max(1, round(retry_after / 60))
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(retry_after)
    return response
