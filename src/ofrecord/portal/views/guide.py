"""When can I change my partner?"""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ofrecord.portal import guide
from ofrecord.web.access import holds_account, page


@page(get=holds_account)
def when(request: HttpRequest) -> HttpResponse:
    """The rules in force, in words and drawn."""
    terms = guide.live()
    context = {
        "heading": _("When can I change my partner?"),
        "terms": terms,
        "examples": guide.examples(terms),
        "rulings": guide.rulings(terms),
        "who": guide.who(terms),
    }
    return TemplateResponse(request, "portal/guide.html", context)
