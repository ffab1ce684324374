"""Endpoints: the systems that are told of events. List, show, add, change and remove them."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.api.answers import answer, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.endpoint_rows import endpoint_row, endpoint_rows, held
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.shapes import endpoints as shapes
from ofrecord.api.strict import Whole
from ofrecord.api.writing import Done, write
from ofrecord.delivery import change, endpoints
from ofrecord.delivery.remove import remove
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import VENDOR

router = Router(tags=["Endpoints and deliveries"])
Id = Annotated[Whole, Path(description="An endpoint's id.", example=1)]
READ, WRITE = "endpoints:read", "endpoints:write"


@operation(
    router,
    "GET",
    "/endpoints",
    name="list_endpoints",
    summary="List endpoints",
    answers={200: shapes.Endpoints},
    scope=READ,
    kinds=(VENDOR,),
    query=shapes.EndpointFilters,
)
def list_endpoints(request: ApiRequest, filters: Query[shapes.EndpointFilters]) -> HttpResponse:
    """The systems that are told of events, by name; on request those that were removed."""
    with seeing(request.actor):
        return answer({"endpoints": endpoint_rows(active=filters.active)})


@operation(
    router,
    "GET",
    "/endpoints/{id}",
    name="get_endpoint",
    summary="Show an endpoint",
    answers={200: shapes.Endpoint, 304: None},
    scope=READ,
    kinds=(VENDOR,),
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_endpoint(request: ApiRequest, id: Id) -> HttpResponse:
    """One system, also when it was removed. How it stands shows in its deliveries."""
    with seeing(request.actor):
        return tagged(request, endpoint_row(id))


@operation(
    router,
    "POST",
    "/endpoints",
    name="add_endpoint",
    summary="Add an endpoint",
    answers={201: shapes.EndpointWithSecret},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(409,),
    headers=(IDEMPOTENCY_KEY,),
)
def add_endpoint(request: ApiRequest, asked: shapes.NewEndpoint) -> HttpResponse:
    """Have a system told of events from now on, signed with a secret of its own.

    The secret is shown this once; only the same request, sent again with the same
    `Idempotency-Key`, gets it again. Addresses inside the vendor's network are refused, beside
    the field, unless the installation allows them.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        added, secret = endpoints.add_endpoint(
            asked.url, asked.name, required=asked.required, types=asked.types, by=by
        )
        return Done({**endpoint_row(added.pk), "secret": secret}, 201, secret=True)

    return write(request, "add_endpoint", asked.model_dump(mode="json"), act)


@operation(
    router,
    "PATCH",
    "/endpoints/{id}",
    name="change_endpoint",
    summary="Change an endpoint",
    answers={200: shapes.Endpoint},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def change_endpoint(request: ApiRequest, id: Id, asked: shapes.EndpointChange) -> HttpResponse:
    """Change what is given, from now on; what waits for it goes to a new address at once."""
    given = asked.model_dump(mode="json")

    def act(by: Actor, _request_id: int | None) -> Done:
        endpoint = held(id, request.headers.get("If-Match", ""))
        wanted = {**given, "rename": given["name"]}
        del wanted["name"]
        change.change_endpoint(endpoint.name, by=by, **wanted)
        return Done(endpoint_row(id))

    return write(request, "change_endpoint", {"id": id, **given}, act)


@operation(
    router,
    "POST",
    "/endpoints/{id}/removal",
    name="remove_endpoint",
    summary="Remove an endpoint",
    answers={200: shapes.Endpoint},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def remove_endpoint(request: ApiRequest, id: Id, asked: shapes.Because) -> HttpResponse:
    """Tell a system nothing any more; what waits for it is waived with the reason.

    The log of what it was told stays, and its name is free again.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        endpoint = held(id, request.headers.get("If-Match", ""))
        remove(endpoint.name, by=by, reason=asked.reason)
        return Done(endpoint_row(id))

    content: dict[str, Any] = {"id": id, **asked.model_dump(mode="json")}
    return write(request, "remove_endpoint", content, act)
