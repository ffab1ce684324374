"""Runs: more agreements than one act takes, carried out in batches by the worker."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.api.answers import answer, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import page
from ofrecord.api.shapes import changes
from ofrecord.api.shapes import runs as shapes
from ofrecord.api.writing import Done, write
from ofrecord.changes.runs.cancel import cancel
from ofrecord.changes.runs.show import listed, outcomes, show
from ofrecord.changes.runs.start import start
from ofrecord.parties.actors import Actor
from ofrecord.parties.scopes import ACCOUNT, VENDOR

router = Router(tags=["Runs"])
KINDS = (VENDOR, ACCOUNT)
Number = Annotated[shapes.RunNumber, Path(description="A run's number.", example="RUN-4K8TR2W9")]


@operation(
    router,
    "POST",
    "/runs",
    name="start_run",
    summary="Change the partner of very many agreements",
    answers={202: shapes.Run},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def start_run(request: ApiRequest, asked: shapes.RunRequest) -> HttpResponse:
    """Take in a partner change of up to 1,000,000 agreements, and answer before it is done.

    Each batch is the same act as a submit of up to 10,000, in the order named.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        run = start(
            asked.agreements,
            asked.partner,
            by=by,
            reason=asked.reason,
            effective_on=asked.effective_on,
        )
        return Done(show(run.number, by=by).as_data(), 202)

    return write(request, "run", asked.model_dump(mode="json"), act)


@operation(
    router,
    "GET",
    "/runs",
    name="list_runs",
    summary="List runs",
    answers={200: shapes.RunPage},
    scope="changes:read",
    kinds=KINDS,
    query=shapes.RunFilters,
)
def list_runs(request: ApiRequest, filters: Query[shapes.RunFilters]) -> HttpResponse:
    """The runs that this client started, or all for the vendor's; the newest first."""
    found = listed(by=request.actor, before=filters.cursor, limit=filters.limit + 1)
    return answer(page("runs", [each.as_data() for each in found], filters.limit, "number"))


@operation(
    router,
    "GET",
    "/runs/{number}",
    name="get_run",
    summary="Show how far a run is",
    answers={200: shapes.Run, 304: None},
    scope="changes:read",
    kinds=KINDS,
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_run(request: ApiRequest, number: Number) -> HttpResponse:
    """How many agreements and batches are done, and why it does not go on if it was stopped."""
    return tagged(request, show(number, by=request.actor).as_data())


@operation(
    router,
    "GET",
    "/runs/{number}/outcomes",
    name="list_run_outcomes",
    summary="List what became of the agreements of a run",
    answers={200: shapes.OutcomePage},
    scope="changes:read",
    kinds=KINDS,
    query=shapes.OutcomeFilters,
    problems=(404,),
)
def list_run_outcomes(
    request: ApiRequest, number: Number, filters: Query[shapes.OutcomeFilters]
) -> HttpResponse:
    """The outcomes in the shape in which a submit answers."""
    batch, place = (filters.cursor or "0.0").split(".")
    found = outcomes(
        number,
        by=request.actor,
        after=(int(batch), int(place)),
        limit=filters.limit,
        only_refused=filters.refused,
    )
    cursor = f"{found.next[0]}.{found.next[1]}" if found.next else None
    return answer({"changes": found.as_data(), "next_cursor": cursor})


@operation(
    router,
    "POST",
    "/runs/{number}/cancellation",
    name="cancel_run",
    summary="Cancel a run",
    answers={200: shapes.Run},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def cancel_run(request: ApiRequest, number: Number, asked: changes.TakeBack) -> HttpResponse:
    """End a run for good. What its batches have changed stays changed."""

    def act(by: Actor, _request_id: int | None) -> Done:
        cancel(number, by=by, reason=asked.reason)
        return Done(show(number, by=by).as_data())

    return write(request, "cancel_run", {"number": number, **asked.model_dump(mode="json")}, act)
