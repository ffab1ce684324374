"""The log of deliveries: what each system was told, and what it answered."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.console.keeping import may_keep, sized
from ofrecord.delivery import log
from ofrecord.delivery.models import Delivery, DeliveryState, Endpoint
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.replay import replay as send_again
from ofrecord.delivery.trial import STREAM, TYPE
from ofrecord.delivery.waive import UNSETTLED
from ofrecord.delivery.waive import waive as excuse
from ofrecord.parties.context import seeing
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm

FILTERS = ("endpoint", "state", "type", "q")
TYPES = (
    "partner_change.*",
    "partner_change.applied",
    "partner_change.completed",
    "agreement.*",
    TYPE,
)


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """The log, filtered by system, state, type and agreement."""
    asked = {name: request.GET.get(name, "").strip() for name in FILTERS}
    subject, is_known = _subject(asked["q"])
    wanted = log.Wanted(
        endpoint_id=_number(asked["endpoint"]),
        state=asked["state"] if asked["state"] in DeliveryState.values else "",
        type=asked["type"],
        subject=subject,
        after=_number(request.GET.get("after", "")),
        before=_number(request.GET.get("before", "")),
    )
    found = log.page(wanted) if is_known else log.Page((), None, None)
    context = {
        "heading": _("Deliveries"),
        "crumbs": [(_("Systems"), reverse("console:systems"))],
        "entries": found.entries,
        "asked": asked,
        "kept": [(name, asked[name]) for name in FILTERS if name != "q" and asked[name]],
        "filtered": any(asked.values()),
        "chips": [_systems(asked), _states(asked), _types(asked)],
        "earlier_url": _address(asked, before=found.earlier) if found.earlier else "",
        "later_url": _address(asked, after=found.later) if found.later else "",
    }
    return TemplateResponse(request, "console/deliveries.html", context)


@page(get=is_staff)
def one(request: DoorRequest, id: int) -> HttpResponse:
    """One delivery: the event, every try with request and answer, and what can be done."""
    return TemplateResponse(request, "console/delivery.html", _context(request, id, ReasonForm()))


@page(post=may_keep)
def replay(request: DoorRequest, id: int) -> HttpResponse:
    """Send one event again."""
    try:
        again = send_again(_loaded(request, id), by=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("console:delivery", id)
    messages.success(request, _("It is being sent again."))
    return redirect("console:delivery", again.pk)


@page(post=may_keep)
def waive(request: DoorRequest, id: int) -> HttpResponse:
    """Excuse a system from an event."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            excuse(_loaded(request, id), by=request.actor, reason=form.cleaned_data["reason"])
            messages.success(request, _("It is waived. What waited behind it goes on."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("console:delivery", id)
    with seeing(request.actor):
        context = _context(request, id, form)
        template = "console/delivery.html"
        return TemplateResponse(request, template, context, status=422).render()


def _context(request: DoorRequest, id: int, form: ReasonForm) -> dict[str, Any]:
    entry = log.entry(sized(id))
    if entry is None:
        raise Http404
    delivery = Delivery.objects.select_related("event", "endpoint").get(pk=id)
    keeps = may_keep(request.actor) and delivery.endpoint.active
    systems = (_("Systems"), reverse("console:systems"))
    endpoint = (entry.endpoint, reverse("console:system", args=[entry.endpoint_id]))
    return {
        "heading": _("%(type)s to %(name)s") % {"type": entry.type, "name": entry.endpoint},
        "crumbs": [systems, endpoint, (_("Deliveries"), reverse("console:deliveries"))],
        "entry": entry,
        "endpoint": delivery.endpoint,
        "tries": log.exchanges(delivery),
        "body": log.body(delivery),
        "others": _others(delivery),
        "may_replay": keeps and delivery.stream != STREAM,
        "may_waive": keeps and delivery.state in UNSETTLED,
        "form": form,
    }


def _others(delivery: Delivery) -> Any:
    """Other deliveries of the same event to the same system."""
    same = Delivery.objects.filter(endpoint=delivery.endpoint_id, event=delivery.event_id)
    return same.exclude(pk=delivery.pk).order_by("pk")[:20]


def _loaded(request: DoorRequest, id: int) -> Delivery:
    with seeing(request.actor):
        found = Delivery.objects.select_related("event").filter(pk=sized(id)).first()
    if found is None:
        raise Http404
    return found


def _subject(reference: str) -> tuple[tuple[str, int] | None, bool]:
    """The agreement of a number as people write it; and whether there is one, if one is asked."""
    if not reference:
        return None, True
    plain = "".join(reference.split())
    found = Agreement.objects.filter(reference__in=[reference, plain]).first()
    return (("agreement", found.pk), True) if found else (None, False)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _address(asked: dict[str, str], **changed: Any) -> str:
    given = {name: value for name, value in {**asked, **changed}.items() if value}
    return f"{reverse('console:deliveries')}?{urlencode(given)}"


def _chip(asked: dict[str, str], name: str, label: str, choices: Any) -> dict[str, Any]:
    options = [
        {
            "label": words,
            "url": _address({**asked, name: value}),
            "current": asked[name] == value,
        }
        for value, words in (("", _("Any")), *choices)
    ]
    known = dict(choices)
    return {
        "name": name,
        "label": label,
        "value": known.get(asked[name], asked[name]),
        "on": bool(asked[name]),
        "options": options,
    }


def _systems(asked: dict[str, str]) -> dict[str, Any]:
    known = Endpoint.objects.order_by("-active", "name").values_list("pk", "name", "active")[:100]
    removed = _("%(name)s (removed)")
    choices = [
        (str(id), name if active else removed % {"name": name}) for id, name, active in known
    ]
    return _chip(asked, "endpoint", _("System"), choices)


def _states(asked: dict[str, str]) -> dict[str, Any]:
    return _chip(asked, "state", _("State"), [(s.value, s.label) for s in DeliveryState])


def _types(asked: dict[str, str]) -> dict[str, Any]:
    return _chip(asked, "type", _("Event"), [(each, each) for each in TYPES])
