"""The console's first page: one box that finds an agreement or a change by its number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.web.access import is_staff, page
from ofrecord.web.frame import Entry, Frame
from ofrecord.web.places import framed


@page(get=is_staff)
def home(request: HttpRequest) -> HttpResponse:
    """The look-up; a number that is known leads straight to its page."""
    wanted = request.GET.get("number", "").strip()
    if address := _found(wanted):
        return redirect(address)
    context = {"heading": _("Look up"), "wanted": wanted}
    return TemplateResponse(request, "console/home.html", context)


def _found(wanted: str) -> str | None:
    """The page of what has this number, as people write it: blanks do not count."""
    number = normalized(wanted)
    if number and PartnerChange.objects.filter(number=number).exists():
        return reverse("console:change", args=[number])
    for reference in dict.fromkeys((wanted, "".join(wanted.split()))):
        if Agreement.objects.filter(reference=reference).exists():
            return reverse("console:agreement", args=[reference])
    return None


def frame(request: HttpRequest) -> Frame:
    """The console's navigation."""
    return framed(request, [Entry(_("Look up"), reverse("console:home"), current=True)])
