"""Orders of the account."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ofrecord.portal.quotes import orders
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest


@page(get=holds_account)
def one(request: DoorRequest, number: str) -> HttpResponse:
    """What the vendor has booked; an order that came of a quote stands on the page of that."""
    order = orders.one(number, request.actor)
    if order.quote is not None:
        return redirect(f"{reverse('portal:quote', args=[order.quote.number])}#order")
    context = orders.page(order, request.actor)
    return TemplateResponse(request, "portal/order.html", context)
