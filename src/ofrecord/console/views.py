"""The console's home, and an agreement as the customer sees it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ofrecord.changes import overrides
from ofrecord.changes.corrections.refusals import not_operations
from ofrecord.changes.models import Correction
from ofrecord.console import figures
from ofrecord.console import waiting as what_waits
from ofrecord.console.frame import crumbs
from ofrecord.console.rights import may_correct
from ofrecord.parties import reading
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import agreement as agreement_page
from ofrecord.web.records import guide


@page(get=is_staff)
def home(request: HttpRequest) -> HttpResponse:
    """What needs a person now; then the figures."""
    context = {
        "heading": _("Console"),
        **what_waits.for_a_person(),
        "book": figures.book(),
        **figures.changes(),
    }
    return TemplateResponse(request, "console/home.html", context)


@page(get=is_staff)
def agreement(request: DoorRequest, reference: str) -> HttpResponse:
    """One agreement, as those of the account see it who may change its partner."""
    context = agreement_page.page(request, reference, crumbs(), judge_person=False)
    reading.note(context["agreement"].account, request.actor)
    waiting = Correction.objects.filter(agreement=context["agreement"], outcome="").first()
    barred = "" if may_correct(request.actor) else not_operations().reason
    context |= {"correction_waiting": waiting, "why_not_correct": barred}
    against = overrides.barred(request.actor, context["agreement"].account_id)
    context["why_not_support"] = against.reason if against else ""
    return TemplateResponse(request, "console/agreement.html", context)


@page(get=is_staff)
def agreement_history(request: DoorRequest, reference: str) -> HttpResponse:
    """Everything that happened to one agreement."""
    context = agreement_page.history(request, reference, crumbs())
    reading.note(context["agreement"].account, request.actor)
    return TemplateResponse(request, "web/records/history.html", context)


@page(get=is_staff)
def help_when(request: HttpRequest) -> HttpResponse:
    """The rules in force, in words and drawn."""
    return TemplateResponse(request, "web/records/guide.html", guide.page())
