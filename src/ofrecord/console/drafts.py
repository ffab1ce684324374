"""What the pages that draft a change of one agreement share."""

from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from ofrecord.agreements.models import Agreement
from ofrecord.console.frame import crumbs
from ofrecord.parties.actors import Actor
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words


def agreement_of(actor: Actor, reference: str) -> Agreement:
    """The agreement, where the actor may see it. Call it inside `seeing(actor)`."""
    found = Agreement.objects.visible_to(actor).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def around(agreement: Agreement, heading: str, route: str) -> dict[str, Any]:
    """What every page of the draft at this route shows of its agreement."""
    kind = words.kind(agreement.purchasing_model)
    url = reverse("console:agreement", args=[agreement.reference])
    return {
        "heading": heading,
        "agreement": agreement,
        "kind": kind,
        "crumbs": [*crumbs(), (f"{kind} {agreement.reference}", url)],
        "here": reverse(route, args=[agreement.reference]),
    }


def rendered(
    request: DoorRequest, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    """Rendered here, inside what the actor may see."""
    return TemplateResponse(request, template, context, status=status).render()
