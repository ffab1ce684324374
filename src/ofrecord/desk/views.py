"""The partner desk's first page: the firm as the vendor knows it, and what the desk is for."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.parties.models import Partner, Role
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.frame import Entry, Frame
from ofrecord.web.places import framed


@page(get=holds_partner)
def home(request: DoorRequest) -> HttpResponse:
    """The firm: who it is, what it is authorized for, and its people."""
    firm = cast(Partner, request.partner)
    people = Role.objects.filter(partner=firm).select_related("person")
    context = {
        "heading": firm.name,
        "firm": firm,
        "address": f"{firm.street}, {firm.postal_code} {firm.city}".strip(" ,"),
        "people": people.order_by("name", "person__name", "pk"),
    }
    return TemplateResponse(request, "desk/home.html", context)


def frame(request: HttpRequest) -> Frame:
    """The desk's navigation."""
    return framed(request, [Entry(_("Your firm"), reverse("desk:home"), current=True)])
