"""Systems: those that are told of events, and how each of them stands."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.console.keeping import endpoint_of, may_keep
from ofrecord.delivery import log
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.standing import COUNTED, Standing, standings
from ofrecord.journal.models import Event
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest

RECENT = 10
NOTHING = Standing(0, 0, None, None, None)


@dataclass(frozen=True)
class Row:
    """A system with how it stands."""

    endpoint: Endpoint
    standing: Standing

    @property
    def waiting(self) -> str:
        return counted(self.standing.waiting)

    @property
    def parked(self) -> str:
        return counted(self.standing.parked)


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """Every system that is told of events; on request also those that were removed."""
    every = request.GET.get("removed") == "yes"
    found = Endpoint.objects.order_by("-active", "name", "-pk")
    known = standings()
    context = {
        "heading": _("Systems"),
        "rows": [
            Row(each, known.get(each.pk, NOTHING))
            for each in (found if every else found.filter(active=True))
        ],
        "removed": found.filter(active=False).count(),
        "shows_removed": every,
        "may_keep": may_keep(request.actor),
    }
    return TemplateResponse(request, "console/systems.html", context)


@page(get=is_staff)
def one(request: DoorRequest, id: int) -> HttpResponse:
    """One system: what it is told of, what waits for it, and what it was told last."""
    endpoint = endpoint_of(request.actor, id)
    row = Row(endpoint, standings().get(id, NOTHING))
    context = {
        "heading": endpoint.name,
        "crumbs": [(_("Systems"), reverse("console:systems"))],
        "row": row,
        "endpoint": endpoint,
        "entries": log.page(log.Wanted(endpoint_id=id), RECENT).entries,
        "log_url": f"{reverse('console:deliveries')}?endpoint={id}",
        "acts": acts(endpoint) if may_keep(request.actor) else [],
        "story": _story(endpoint),
        "may_keep": may_keep(request.actor),
    }
    return TemplateResponse(request, "console/system.html", context)


def acts(endpoint: Endpoint) -> list[dict[str, Any]]:
    """What a keeper can do with it now, each on a page of its own."""
    offered = (
        ("change", _("Change"), endpoint.active),
        ("rotate", _("New secret"), endpoint.active),
        ("replay", _("Send again"), endpoint.active),
        ("pause", _("Pause"), endpoint.active and not endpoint.paused_at),
        ("remove", _("Remove"), endpoint.active),
    )
    return [
        {"label": label, "url": reverse(f"console:system_{name}", args=[endpoint.pk])}
        for name, label, is_offered in offered
        if is_offered
    ]


def counted(number: int) -> str:
    """A count that is exact up to 1,000."""
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"


def _story(endpoint: Endpoint) -> list[tuple[Any, str]]:
    """What was done with it, the latest first."""
    told = {
        "endpoint.added": _("added"),
        "endpoint.moved": _("moved to another address"),
        "endpoint.changed": _("told of other types, or counted otherwise"),
        "endpoint.paused": _("paused"),
        "endpoint.resumed": _("resumed"),
        "endpoint.secret_rotated": _("given a new secret"),
        "endpoint.replayed": _("told again of a range of time"),
        "delivery.replayed": _("told again of one event"),
        "delivery.waived": _("excused from one event"),
        "endpoint.removed": _("removed"),
    }
    events = Event.objects.filter(stream="endpoint", subject_id=endpoint.pk)
    latest = events.order_by("-sequence").values_list("recorded_at", "type")[:RECENT]
    return [(at, told.get(type, type)) for at, type in latest]
