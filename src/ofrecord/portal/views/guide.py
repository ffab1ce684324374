"""When can I change my partner?"""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ofrecord.web.access import holds_account, page
from ofrecord.web.records import guide


@page(get=holds_account)
def when(request: HttpRequest) -> HttpResponse:
    """The rules in force, in words and drawn."""
    return TemplateResponse(request, "web/records/guide.html", guide.page())
