"""The console: an agreement or a change by its number, as the customer sees it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes.corrections.refusals import not_operations
from ofrecord.changes.models import Correction, PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.console import waiting as what_waits
from ofrecord.console.rights import may_correct
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.frame import Entry, Frame
from ofrecord.web.places import framed
from ofrecord.web.records import agreement as agreement_page
from ofrecord.web.records import guide


@page(get=is_staff)
def home(request: HttpRequest) -> HttpResponse:
    """The look-up; a number that is known leads straight to its page."""
    wanted = request.GET.get("number", "").strip()
    if address := _found(wanted):
        return redirect(address)
    context = {"heading": _("Look up"), "wanted": wanted, **what_waits.for_a_person()}
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


@page(get=is_staff)
def agreement(request: DoorRequest, reference: str) -> HttpResponse:
    """One agreement, as those of the account see it who may change its partner."""
    context = agreement_page.page(request, reference, crumbs(), judge_person=False)
    waiting = Correction.objects.filter(agreement=context["agreement"], outcome="").first()
    barred = "" if may_correct(request.actor) else not_operations().reason
    context |= {"correction_waiting": waiting, "why_not_correct": barred}
    return TemplateResponse(request, "console/agreement.html", context)


@page(get=is_staff)
def agreement_history(request: DoorRequest, reference: str) -> HttpResponse:
    """Everything that happened to one agreement."""
    context = agreement_page.history(request, reference, crumbs())
    return TemplateResponse(request, "web/records/history.html", context)


@page(get=is_staff)
def help_when(request: HttpRequest) -> HttpResponse:
    """The rules in force, in words and drawn."""
    return TemplateResponse(request, "web/records/guide.html", guide.page())


def crumbs() -> list[tuple[str, str]]:
    return [(_("Console"), reverse("console:home"))]


def frame(request: HttpRequest) -> Frame:
    """The console's navigation."""
    match = request.resolver_match
    section = match.url_name.split("_")[0] if match and match.url_name else ""
    entries = (
        (_("Look up"), "home", ("home", "agreement", "change")),
        (_("Corrections"), "corrections", ("corrections", "correction")),
        (_("Systems"), "systems", ("systems", "system")),
        (_("Deliveries"), "deliveries", ("deliveries", "delivery")),
        (_("Policy"), "policy", ("policy", "help")),
    )
    return framed(
        request,
        [Entry(label, reverse(f"console:{name}"), section in own) for label, name, own in entries],
    )
