"""The feed of events, endpoints and deliveries."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from ofrecord.api import feed
from ofrecord.api.answers import answer, of_bytes
from ofrecord.api.caller import ApiRequest
from ofrecord.api.operation import operation
from ofrecord.api.pages import page, rows
from ofrecord.api.routes.agreements import joined
from ofrecord.api.shapes import events as shapes
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import VENDOR

router = Router(tags=["Events"])
telling = Router(tags=["Endpoints and deliveries"])


@operation(
    router,
    "GET",
    "/events",
    name="read_events",
    summary="Read the feed of events",
    answers={200: shapes.Feed},
    scope="events:read",
    query=shapes.FeedFilters,
    problems=(404,),
)
def read_events(request: ApiRequest, filters: Query[shapes.FeedFilters]) -> HttpResponse:
    """The next events, for systems that cannot receive them; those of a subject come in order.

    Start without a cursor, then go on with the `next_cursor` of each answer, also when it held no
    event. Nothing is lost in between, and after an answer that got lost the same cursor gives the
    same events again.
    """
    with seeing(request.actor):
        found, cursor, more = feed.read(filters.cursor, filters.type, filters.limit, request.actor)
    return of_bytes(joined(found, next_cursor=cursor, more=more))


@operation(
    telling,
    "GET",
    "/endpoints",
    name="list_endpoints",
    summary="List endpoints",
    answers={200: shapes.Endpoints},
    scope="endpoints:read",
    kinds=(VENDOR,),
)
def list_endpoints(request: ApiRequest) -> HttpResponse:
    """The systems that are told of events, by name. Their secrets are not shown."""
    with seeing(request.actor):
        return answer({"endpoints": rows(_ENDPOINTS, {})})


@operation(
    telling,
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
    asked: dict[str, Any] = filters.model_dump(mode="json")
    with seeing(request.actor):
        found = rows(_DELIVERIES, {**asked, "limit": filters.limit + 1})
    return answer(page("deliveries", found, filters.limit, "id"))


_ENDPOINTS = "SELECT name, url, required, active, types, created_at FROM endpoint ORDER BY name"
_DELIVERIES = """
SELECT d.id, endpoint.name AS endpoint, d.event_id AS event, event.type,
       convert_from(event.body, 'UTF8')::json ->> 'subject' AS subject, d.sequence, d.required,
       d.state, d.created_at, d.acknowledged_at, d.attempts,
       CASE WHEN d.state = 'waiting' THEN d.next_try_at END AS next_try_at, d.last_status,
       d.last_error
  FROM delivery AS d JOIN endpoint ON endpoint.id = d.endpoint_id
  JOIN event ON event.id = d.event_id
 WHERE (%(cursor)s::bigint IS NULL OR d.id < %(cursor)s)
   AND (%(endpoint)s::text IS NULL OR endpoint.name = %(endpoint)s)
   AND (%(state)s::text IS NULL OR d.state = %(state)s)
   AND (%(agreement)s::text IS NULL OR d.stream = 'agreement' AND d.subject_id = (
        SELECT id FROM agreement WHERE reference = %(agreement)s))
 ORDER BY d.id DESC LIMIT %(limit)s
"""
