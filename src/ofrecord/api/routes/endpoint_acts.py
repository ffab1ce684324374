"""What is done with an endpoint: its pause, its secret, a test, and being told again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Router

from ofrecord.api.caller import ApiRequest
from ofrecord.api.endpoint_rows import endpoint_row, held
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.routes.endpoints import WRITE, Id
from ofrecord.api.shapes import endpoints as shapes
from ofrecord.api.writing import Done, write
from ofrecord.delivery import pause, rotate
from ofrecord.delivery.replay import replay_range
from ofrecord.delivery.trial import send_test
from ofrecord.parties.actors import Actor
from ofrecord.parties.scopes import VENDOR

router = Router(tags=["Endpoints and deliveries"])


@operation(
    router,
    "POST",
    "/endpoints/{id}/pause",
    name="pause_endpoint",
    summary="Pause an endpoint",
    answers={200: shapes.Endpoint},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def pause_endpoint(request: ApiRequest, id: Id, asked: shapes.Because) -> HttpResponse:
    """Send a system nothing until it is resumed; its events wait, in their order."""

    def do(name: str, by: Actor) -> Done:
        pause.pause(name, by=by, reason=asked.reason)
        return Done(endpoint_row(id))

    return _done(request, id, "pause_endpoint", asked.model_dump(mode="json"), do)


@operation(
    router,
    "DELETE",
    "/endpoints/{id}/pause",
    name="resume_endpoint",
    summary="Resume an endpoint",
    answers={200: shapes.Endpoint},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def resume_endpoint(request: ApiRequest, id: Id) -> HttpResponse:
    """End the pause of a system: it is sent what it has missed, in order, and what follows."""

    def do(name: str, by: Actor) -> Done:
        pause.resume(name, by=by)
        return Done(endpoint_row(id))

    return _done(request, id, "resume_endpoint", {}, do)


@operation(
    router,
    "POST",
    "/endpoints/{id}/rotation",
    name="rotate_endpoint_secret",
    summary="Give an endpoint a new secret",
    answers={200: shapes.EndpointWithSecret},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def rotate_endpoint_secret(request: ApiRequest, id: Id, asked: shapes.Rotation) -> HttpResponse:
    """Sign what a system is told with a new secret; the old one signs along for a while.

    The secret is shown this once; only the same request, sent again with the same
    `Idempotency-Key`, gets it again.
    """

    def do(name: str, by: Actor) -> Done:
        _endpoint, secret = rotate.rotate(name, by=by, overlap=asked.overlap_hours)
        return Done({**endpoint_row(id), "secret": secret}, secret=True)

    return _done(request, id, "rotate_endpoint_secret", asked.model_dump(mode="json"), do)


@operation(
    router,
    "POST",
    "/endpoints/{id}/test-event",
    name="test_endpoint",
    summary="Send an endpoint a test",
    answers={201: shapes.Trial},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def test_endpoint(request: ApiRequest, id: Id) -> HttpResponse:
    """Send a system one event of its own, tried once, to see whether it is received."""
    return _done(
        request,
        id,
        "test_endpoint",
        {},
        lambda name, by: Done({"event": send_test(name, by=by)}, 201),
    )


@operation(
    router,
    "POST",
    "/endpoints/{id}/replays",
    name="replay_to_endpoint",
    summary="Send an endpoint a range of time again",
    answers={201: shapes.Replayed},
    scope=WRITE,
    kinds=(VENDOR,),
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def replay_to_endpoint(request: ApiRequest, id: Id, asked: shapes.Replay) -> HttpResponse:
    """Send a system again what was recorded in a range of time, also before it was added.

    They are the same events with the same bytes, in order, after what is new; no change waits for
    them. What was given up is tried again.
    """

    def do(name: str, by: Actor) -> Done:
        until = asked.until or datetime.now(UTC)
        done = replay_range(name, asked.since, until, by=by, types=asked.types)
        counts = {"reopened": done.reopened, "repeated": done.repeated}
        return Done({"replay": done.id, **counts}, 201)

    return _done(request, id, "replay_to_endpoint", asked.model_dump(mode="json"), do)


def _done(
    request: ApiRequest,
    id: int,
    verb: str,
    given: dict[str, Any],
    do: Callable[[str, Actor], Done],
) -> HttpResponse:
    """Do it with the endpoint of this id, as the client saw it."""

    def act(by: Actor, _request_id: int | None) -> Done:
        return do(held(id, request.headers.get("If-Match", "")).name, by)

    return write(request, verb, {"id": id, **given}, act)
