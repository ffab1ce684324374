"""Partner changes: submit them, list them, show one with its tracker, cancel or undo one."""

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from ofrecord.agreements.models import Agreement
from ofrecord.api import together
from ofrecord.api.answers import answer, matches, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.change_rows import change_row, change_rows
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import page
from ofrecord.api.problems import Problem
from ofrecord.api.shapes import changes as shapes
from ofrecord.api.strict import ChangeNumber
from ofrecord.api.writing import Done, write
from ofrecord.changes import refusals
from ofrecord.changes.advance import lock
from ofrecord.changes.cancel import cancel
from ofrecord.changes.members import named
from ofrecord.changes.submit import submit
from ofrecord.changes.undo import undo
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, VENDOR

router = Router(tags=["Partner changes"])
Number = Annotated[ChangeNumber, Path(description="A change's number.", example="PC-4K8TR2W9")]
KINDS = (VENDOR, ACCOUNT)


@operation(
    router,
    "POST",
    "/partner-changes",
    name="submit_partner_changes",
    summary="Change the partner of agreements",
    answers={200: shapes.Outcomes, 201: shapes.Outcomes},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def submit_partner_changes(request: ApiRequest, asked: shapes.ChangeRequest) -> HttpResponse:
    """Replace the partners of record of 1 to 10,000 agreements by one partner, all in one act.

    Agreements are judged singly: of several, those that are refused have their verdicts in the
    answer and the rest is carried out (201; 200 when nothing was). One alone that is refused is a
    problem with its code. The person in `on_behalf_of` is the one whose permission is judged.
    """

    def act(by: Actor, request_id: int | None) -> Done:
        outcome = submit(
            asked.agreements,
            asked.partner,
            by=by,
            reason=asked.reason,
            fingerprints=asked.fingerprints,
            effective_on=asked.effective_on,
            all_or_nothing=asked.all_or_nothing,
            request_id=request_id,
            members=named(asked.only),
        )
        return Done(outcome.as_data(), 201 if outcome.accepted else 200)

    content = asked.model_dump(mode="json")
    return together.carried_out(request, asked, content) or write(request, "submit", content, act)


@operation(
    router,
    "GET",
    "/partner-changes",
    name="list_partner_changes",
    summary="List partner changes",
    answers={200: shapes.ChangePage},
    scope="changes:read",
    kinds=KINDS,
    query=shapes.ChangeFilters,
    problems=(404,),
)
def list_partner_changes(request: ApiRequest, filters: Query[shapes.ChangeFilters]) -> HttpResponse:
    """The changes that the client may see, the newest first; imports are left out."""
    with seeing(request.actor):
        found = change_rows(request.actor, filters)
    return answer(page("changes", found, filters.limit, "number"))


@operation(
    router,
    "GET",
    "/partner-changes/{number}",
    name="get_partner_change",
    summary="Show a partner change",
    answers={200: shapes.Change, 304: None},
    scope="changes:read",
    kinds=KINDS,
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_partner_change(request: ApiRequest, number: Number) -> HttpResponse:
    """A change with both partner sets, who acted, and how far each system has learned of it."""
    with seeing(request.actor):
        return tagged(request, _found(request.actor, number))


@operation(
    router,
    "POST",
    "/partner-changes/{number}/cancellation",
    name="cancel_partner_change",
    summary="Cancel a partner change",
    answers={200: shapes.Change},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409, 412),
    headers=(IDEMPOTENCY_KEY, IF_MATCH),
)
def cancel_partner_change(
    request: ApiRequest, number: Number, asked: shapes.TakeBack
) -> HttpResponse:
    """Call off a change that is still open; everything stays as it was."""

    def act(by: Actor, _request_id: int | None) -> Done:
        _demand_unmoved(request, by, number)
        cancel(number, by=by, reason=asked.reason)
        return Done(_found(by, number))

    content = {"number": number, **asked.model_dump(mode="json")}
    return write(request, "cancel", content, act)


@operation(
    router,
    "POST",
    "/partner-changes/{number}/undo",
    name="undo_partner_change",
    summary="Undo a partner change",
    answers={201: shapes.Outcomes},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def undo_partner_change(
    request: ApiRequest, number: Number, asked: shapes.TakeBack
) -> HttpResponse:
    """Restore the partners that the latest decided change of an agreement replaced.

    The undo is a change of its own, from now on; the answer holds its number. The policy says for
    how long a change can be undone.
    """

    def act(by: Actor, request_id: int | None) -> Done:
        outcome = undo([number], by=by, reason=asked.reason, request_id=request_id)
        return Done(outcome.as_data(), 201)

    return write(request, "undo", {"number": number, **asked.model_dump(mode="json")}, act)


def _demand_unmoved(request: ApiRequest, by: Actor, number: str) -> None:
    """Refuse unless the change is, under its lock, as the client says it saw it."""
    wanted = request.headers.get("If-Match", "")
    shown = _found(by, number)
    if wanted:
        lock(
            list(
                Agreement.objects.filter(reference=shown["agreement"]).values_list("pk", flat=True)
            )
        )
        if not matches(wanted, _found(by, number)):
            said = _("The change is no longer as it was read. Read it again.")
            raise Problem(412, "moved_meanwhile", said)


def _found(by: Actor, number: str) -> dict[str, Any]:
    found = change_row(by, number)
    if found is None:
        raise refusals.refused([refusals.not_found(number, what=_("change"))])
    return found
