"""The document, and the page that people read it on."""

import json
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ofrecord.api.api import api


@require_safe
def document(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, as the code says it."""
    response = HttpResponse(_written(), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@lru_cache(maxsize=1)
def _written() -> bytes:
    """In the language of the code, whoever asks."""
    with override("en"):
        return json.dumps(api.get_openapi_schema(), ensure_ascii=False).encode()


@require_safe
def reference(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
