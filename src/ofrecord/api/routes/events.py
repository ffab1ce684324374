"""The feed of events."""

from django.http import HttpResponse
from ninja import Query, Router

from ofrecord.api import feed
from ofrecord.api.answers import of_bytes
from ofrecord.api.caller import ApiRequest
from ofrecord.api.operation import operation
from ofrecord.api.routes.agreements import joined
from ofrecord.api.shapes import events as shapes
from ofrecord.parties.context import seeing

router = Router(tags=["Events"])


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
