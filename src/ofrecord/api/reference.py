"""The document, and the page that people read it on: the same, without a script."""

import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ofrecord.api.api import api
from ofrecord.api.codes import told
from ofrecord.api.reading import sections, shapes, worded


@require_safe
def document(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, as the code says it."""
    response = HttpResponse(_written(), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation, shape and code of the document, on one page."""
    made = read()
    context = {
        "heading": _("API reference"),
        "about": [worded(each) for each in made["info"]["description"].split("\n\n")],
        "sections": sections(made),
        "shapes": shapes(made),
        "codes": told(),
    }
    return render(request, "api/docs.html", context)


def read() -> dict[str, Any]:
    """The document as data."""
    found: dict[str, Any] = json.loads(_written())
    return found


@lru_cache(maxsize=1)
def _written() -> bytes:
    """In the language of the code, whoever asks."""
    with override("en"):
        return json.dumps(api.get_openapi_schema(), ensure_ascii=False).encode()
