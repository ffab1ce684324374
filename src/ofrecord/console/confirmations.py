"""Confirmations: changes that wait for the vendor's system of record, or for a second person."""

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.models import Consent
from ofrecord.changes.recipients import last_day
from ofrecord.console.changes import OF_VENDOR
from ofrecord.journal import clock
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest

PAGE = 50
RELATED = ("change__agreement__account", "change__partner")


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """Those that wait, the nearest deadline first."""
    asked = Consent.objects.filter(kind__in=OF_VENDOR, answer="")
    due = asked.filter(due_at__gt=clock.business_now()).select_related(*RELATED)
    after = _place(request.GET.get("after", ""))
    if after:
        due = due.filter(due_at__gte=after.due_at).exclude(due_at=after.due_at, pk__lte=after.pk)
    found = list(due.order_by("due_at", "pk")[: PAGE + 1])
    here = reverse("console:confirmations")
    context = {
        "heading": _("Confirmations"),
        "rows": [(each, each.change, last_day(each.due_at)) for each in found[:PAGE]],
        "first_url": here if after else "",
        "later_url": f"{here}?after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return TemplateResponse(request, "console/confirmations.html", context)


def _place(text: str) -> Consent | None:
    """The last row of the page before."""
    try:
        return Consent.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None
