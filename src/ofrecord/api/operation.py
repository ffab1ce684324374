"""How an operation is declared: its permission, its answers and its words, all in one place."""

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from ofrecord.api.caller import EVERYBODY, needs
from ofrecord.api.problems import invalid
from ofrecord.api.strict import Strict

Operation = Callable[..., HttpResponseBase]


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    name: str,
    answers: Mapping[int, Any],
    scope: str,
    kinds: Collection[str] = EVERYBODY,
    query: type[Strict] | None = None,
    problems: Collection[int] = (),
    headers: Collection[Mapping[str, Any]] = (),
    also: Collection[str] = (),
    summary: str,
) -> Callable[[Operation], Operation]:
    """Declare an operation. `query` is the schema of its query; other names are refused.

    `problems` are the statuses of refusals beyond those that every operation knows; `also` are
    the media types, beside JSON, that its answers are to be had in.
    """
    known = set(query.model_fields) if query else set()
    extra = {
        "security": [{"oauth2": [scope] if scope else []}],
        "x-problems": sorted(problems),
        "x-kinds": list(kinds),
        "x-also": list(also),
        "parameters": [dict(header, **{"in": "header"}) for header in headers],
    }

    def declared(view: Operation) -> Operation:
        @wraps(view)
        def strict(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if unknown := sorted(set(request.GET) - known):
                said = _("This operation does not know it.")
                raise invalid([{"where": f"query.{each}", "what": said} for each in unknown])
            return view(request, *args, **kwargs)

        router.api_operation(
            [method],
            path,
            auth=needs(scope, kinds),
            response=dict(answers),
            operation_id=name,
            summary=summary,
            openapi_extra=extra,
        )(strict)
        return strict

    return declared
