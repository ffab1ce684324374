"""Agreements: list them, show one, and say who was partner of record when."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router

from ofrecord.agreements.history import partners_of_record
from ofrecord.api.agreement_rows import agreement_rows, visible
from ofrecord.api.answers import answer, of_bytes, tagged, written
from ofrecord.api.as_of import AsOf
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import page, rows
from ofrecord.api.shapes import agreements as shapes
from ofrecord.api.shapes import events
from ofrecord.api.strict import Reference
from ofrecord.changes import refusals
from ofrecord.changes.corrections import OF_VENDOR
from ofrecord.changes.statement import is_final
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, VENDOR

router = Router(tags=["Agreements"])
Ref = Annotated[
    Reference, Path(description="A contract number or subscription ID.", example="400000000001")
]
KINDS = (VENDOR, ACCOUNT)
SCOPE = "agreements:read"


@operation(
    router,
    "GET",
    "/agreements",
    name="list_agreements",
    summary="List agreements",
    answers={200: shapes.AgreementPage},
    scope=SCOPE,
    kinds=KINDS,
    query=shapes.AgreementFilters,
)
def list_agreements(request: ApiRequest, filters: Query[shapes.AgreementFilters]) -> HttpResponse:
    """The agreements that the client may see, in the order of their references."""
    with seeing(request.actor):
        wanted = filters.model_dump(exclude={"limit"})
        found = agreement_rows(request.actor, filters.limit + 1, **wanted)
    return answer(page("agreements", found, filters.limit, "agreement"))


@operation(
    router,
    "GET",
    "/agreements/{reference}",
    name="get_agreement",
    summary="Show an agreement",
    answers={200: shapes.Agreement, 304: None},
    scope=SCOPE,
    kinds=KINDS,
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_agreement(request: ApiRequest, reference: Ref) -> HttpResponse:
    """What an agreement is, its terms and subscriptions, and its partners of record now."""
    with seeing(request.actor):
        found = agreement_rows(request.actor, 1, reference=reference)
    if not found:
        raise refusals.refused([refusals.not_found(reference)])
    return tagged(request, found[0])


@operation(
    router,
    "GET",
    "/agreements/{reference}/partners-of-record",
    name="get_partners_of_record",
    summary="Show who was partner of record",
    answers={200: shapes.PartnersOfRecord},
    scope=SCOPE,
    kinds=KINDS,
    query=AsOf,
    problems=(404, 409),
)
def get_partners_of_record(request: ApiRequest, reference: Ref, asked: Query[AsOf]) -> HttpResponse:
    """Who was partner of record at an instant, as it was known at an instant.

    Refused as `known_at_in_future` for what is not known yet.
    """
    at, known = asked.effective_at, asked.known_so_far
    with seeing(request.actor):
        id = visible(request.actor, reference)
        final = is_final(known)
        found = partners_of_record([id], at, known)[id]
    said = {"agreement": reference, "as_of": at, "known_at": known, "final": final}
    return answer({**said, "partners_of_record": [each.as_data() for each in found]})


@operation(
    router,
    "GET",
    "/agreements/{reference}/events",
    name="list_agreement_events",
    summary="List the events of an agreement",
    answers={200: events.EventPage},
    scope=SCOPE,
    kinds=KINDS,
    query=events.EventFilters,
    problems=(404,),
)
def list_agreement_events(
    request: ApiRequest, reference: Ref, filters: Query[events.EventFilters]
) -> HttpResponse:
    """What happened to an agreement, in order, in the bytes that endpoints receive.

    An account is not told of corrections that are proposed or declined: where one was, its
    `sequence` is left out.
    """
    with seeing(request.actor):
        id = visible(request.actor, reference)
        hidden = [] if request.actor.sees_everything else list(OF_VENDOR)
        asked = {"id": id, "after": filters.cursor or 0, "hidden": hidden}
        found = rows(_EVENTS, {**asked, "limit": filters.limit + 1})
    shown, more = found[: filters.limit], len(found) > filters.limit
    return of_bytes(joined(shown, next_cursor=str(shown[-1]["sequence"]) if more else None))


def joined(found: list[dict[str, Any]], **rest: Any) -> bytes:
    """An answer that holds the bodies of events as they were frozen."""
    bodies = b",".join(bytes(each["body"]) for each in found)
    return b'{"events":[' + bodies + b"]," + written(rest)[1:]


_EVENTS = """
SELECT sequence, body FROM event
 WHERE stream = 'agreement' AND subject_id = %(id)s AND sequence > %(after)s::bigint
   AND type <> ALL (%(hidden)s)
 ORDER BY sequence LIMIT %(limit)s
"""
