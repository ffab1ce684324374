"""Contract details and Subscription details."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from ofrecord.agreements.models import Agreement
from ofrecord.changes.locks import standing_asks
from ofrecord.parties.models import Person
from ofrecord.parties.people.rights import is_head
from ofrecord.portal.views.agreements import crumbs
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import agreement


@page(get=holds_account)
def details(request: DoorRequest, reference: str) -> HttpResponse:
    """All about one agreement."""
    context = agreement.page(request, reference, crumbs())
    shown = context["agreement"]
    context |= {
        "update_url": reverse("portal:update_one", args=[reference]),
        "manager_url": _manager_url(request, shown),
        "may_change": context["check"].facts["permitted"],
        "asker": Person.objects.filter(pk__in=standing_asks([shown.pk]).values()).first(),
    }
    return TemplateResponse(request, "portal/details.html", context)


def _manager_url(request: DoorRequest, shown: Agreement) -> str:
    """Where its contract manager is appointed, for who may."""
    may = is_head(request.actor, shown.account)
    return reverse("portal:manager", args=[shown.reference]) if may else ""


@page(get=holds_account)
def history(request: DoorRequest, reference: str) -> HttpResponse:
    """Everything that happened to one agreement."""
    context = agreement.history(request, reference, crumbs())
    return TemplateResponse(request, "web/records/history.html", context)
