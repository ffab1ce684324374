"""Which route may be called by whom, with which method.

Every view of a door is a `page` that declares a permission per method; the application refuses
to start when one does not. What a person may do beyond the door is judged by the verb.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.checks import CheckMessage, Error, register
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.urls import URLResolver, get_resolver
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import NotFound, NotPermitted
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.web.actor import DoorRequest

Permission = Callable[[Actor], bool]
View = Callable[..., HttpResponseBase]
DOORS = ("portal", "desk", "console")
SAFE = ("GET", "HEAD")


def holds_account(actor: Actor) -> bool:
    """Holds a role in some account."""
    return bool(actor.accounts)


def holds_partner(actor: Actor) -> bool:
    """Is a user of some partner."""
    return bool(actor.partners)


def is_staff(actor: Actor) -> bool:
    """Is on the vendor's staff, in whatever role."""
    return bool(actor.vendor_roles)


def page(**permissions: Permission) -> Callable[[View], View]:
    """A view of a door: `@page(get=holds_account, post=holds_account)`.

    A safe method runs whole, rendering included, inside what the actor may see. Another one
    does not: it loads and calls its verb, which opens its own transaction.
    """
    by_method = {method.upper(): permission for method, permission in permissions.items()}

    def declared(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            method = "GET" if request.method == "HEAD" else str(request.method)
            if method not in by_method:
                return HttpResponseNotAllowed(sorted(by_method))
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            actor = cast(DoorRequest, request).actor
            if not by_method[method](actor):
                return refused(request, [_("This page is not for the roles that you hold.")])
            return _answered(view, request, actor, args, kwargs)

        guarded.permissions = by_method  # type: ignore[attr-defined]  # read by the check below
        return guarded

    return declared


def refused(request: HttpRequest, reasons: Sequence[str]) -> HttpResponse:
    """The page that says why this may not be done."""
    return render(request, "403.html", {"reasons": reasons}, status=403)


def _answered(
    view: View, request: HttpRequest, actor: Actor, args: Any, kwargs: Any
) -> HttpResponseBase:
    try:
        if request.method not in SAFE:
            return view(request, *args, **kwargs)
        with seeing(actor):
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
            return response
    except NotFound as missing:
        raise Http404(str(missing)) from missing
    except NotPermitted as refusal:
        return refused(request, [verdict.reason for verdict in refusal.verdicts])


@register()
def every_page_declares_permissions(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse to start while a route of a door declares no permission."""
    return [
        Error(f"{name} declares no permissions: make it a page()", id="ofrecord.E001")
        for name, view in _routes(get_resolver(), ())
        if not getattr(view, "permissions", None)
    ]


def _routes(resolver: URLResolver, inside: tuple[str, ...]) -> Iterator[tuple[str, View]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            namespace = (each.namespace,) if each.namespace else ()
            yield from _routes(each, (*inside, *namespace))
        elif inside and inside[0] in DOORS:
            yield f"{':'.join(inside)}:{each.name or each.pattern}", each.callback
