"""Deliveries: how each event went to each endpoint, and telling again."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from ofrecord.agreements.models import Agreement
from ofrecord.api.answers import answer
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY
from ofrecord.api.operation import operation
from ofrecord.api.people import deciding
from ofrecord.api.shapes import deliveries as shapes
from ofrecord.api.strict import Whole
from ofrecord.api.writing import Done, write
from ofrecord.changes import refusals
from ofrecord.delivery import log
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.replay import replay
from ofrecord.delivery.waive import waive
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import VENDOR

router = Router(tags=["Endpoints and deliveries"])
Id = Annotated[Whole, Path(description="A delivery's id.", example=1)]


@operation(
    router,
    "GET",
    "/deliveries",
    name="list_deliveries",
    summary="List deliveries",
    answers={200: shapes.DeliveryPage},
    scope="endpoints:read",
    kinds=(VENDOR,),
    query=shapes.DeliveryFilters,
)
def list_deliveries(request: ApiRequest, filters: Query[shapes.DeliveryFilters]) -> HttpResponse:
    """Which event went to which endpoint, and how that went; the newest first."""
    with seeing(request.actor):
        wanted = _wanted(request.actor, filters)
        found = log.page(wanted, filters.limit) if wanted else log.Page((), None, None)
    on = str(found.later) if found.later else None
    return answer({"deliveries": [_as_data(each) for each in found.entries], "next_cursor": on})


@operation(
    router,
    "GET",
    "/deliveries/{id}",
    name="get_delivery",
    summary="Show a delivery",
    answers={200: shapes.DeliveryWithTries},
    scope="endpoints:read",
    kinds=(VENDOR,),
    problems=(404,),
)
def get_delivery(request: ApiRequest, id: Id) -> HttpResponse:
    """A delivery with every try: what was sent, its signature masked, and what came back."""
    with seeing(request.actor):
        tries = [asdict(each) for each in log.exchanges(_delivery(id))]
        return answer({**_shown(id), "tries": tries})


@operation(
    router,
    "POST",
    "/deliveries/{id}/replay",
    name="replay_delivery",
    summary="Send one event again",
    answers={200: shapes.Delivery},
    scope="endpoints:write",
    kinds=(VENDOR,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def replay_delivery(request: ApiRequest, id: Id) -> HttpResponse:
    """Send the same event again, in the same bytes; the answer is the delivery that will be tried.

    One that waits for its next try, or was given up, is tried now; anything else is told again by
    a delivery of its own, for which no change waits.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        return Done(_shown(replay(_delivery(id), by=by).pk))

    return write(request, "replay_delivery", {"id": id}, act)


@operation(
    router,
    "POST",
    "/deliveries/{id}/waiver",
    name="waive_delivery",
    summary="Excuse a system from one event",
    answers={200: shapes.Delivery},
    scope="endpoints:write",
    kinds=(VENDOR,),
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def waive_delivery(request: ApiRequest, id: Id, asked: shapes.Waiver) -> HttpResponse:
    """Settle a delivery without its acknowledgement; what follows it goes on.

    A person of the vendor decides that: the roles of the one in `on_behalf_of` are judged.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        person = deciding(by, asked.on_behalf_of)
        return Done(_shown(waive(_delivery(id), by=person, reason=asked.reason).pk))

    content: dict[str, Any] = {"id": id, **asked.model_dump(mode="json")}
    return write(request, "waive_delivery", content, act)


def _wanted(by: Actor, filters: shapes.DeliveryFilters) -> log.Wanted | None:
    """What is asked for; None where no endpoint or agreement is of that name."""
    endpoints = Endpoint.objects.filter(name=filters.endpoint).order_by("-active", "-pk")
    agreements = Agreement.objects.visible_to(by).filter(reference=filters.agreement)
    endpoint = endpoints.values_list("pk", flat=True).first() if filters.endpoint else None
    agreement = agreements.values_list("pk", flat=True).first() if filters.agreement else None
    if (filters.endpoint and not endpoint) or (filters.agreement and not agreement):
        return None
    return log.Wanted(
        endpoint_id=endpoint,
        state=filters.state or "",
        type="" if filters.type in (None, "*") else filters.type,
        subject=("agreement", agreement) if agreement else None,
        after=filters.cursor,
    )


def _delivery(id: int) -> Delivery:
    found = Delivery.objects.select_related("event").filter(pk=id).first()
    if found is None:
        raise refusals.refused([refusals.not_found(str(id), what=_("delivery"))])
    return found


def _shown(id: int) -> dict[str, Any]:
    entry = log.entry(id)
    return _as_data(entry) if entry else {}


def _as_data(entry: log.Entry) -> dict[str, Any]:
    said = asdict(entry)
    left_out = ("endpoint_id", "event_id", "about")
    return {
        "event": entry.event_id,
        **{key: each for key, each in said.items() if key not in left_out},
    }
