"""Orders of the firm: what was bought through it."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.desk.firm import firm_of
from ofrecord.desk.quotes import orders
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest


@page(get=holds_partner)
def listed(request: DoorRequest) -> HttpResponse:
    """The firm's orders, the latest first."""
    after = request.GET.get("after", "")
    rows, later = orders.page(firm_of(request).pk, after, request.actor)
    context = {
        "heading": _("Orders"),
        "rows": rows,
        "later_url": f"?after={later}" if later else "",
        "first_url": reverse("desk:orders") if after else "",
    }
    return TemplateResponse(request, "desk/orders.html", context)


@page(get=holds_partner)
def one(request: DoorRequest, number: str) -> HttpResponse:
    """One order: of whom, what, and from when on."""
    row = orders.one(number, request.actor)
    context = {
        **orders.shown(row),
        "heading": row.order.number,
        "crumbs": [(_("Orders"), reverse("desk:orders"))],
    }
    return TemplateResponse(request, "desk/order.html", context)
