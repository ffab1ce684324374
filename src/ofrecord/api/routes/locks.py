"""Locks: an account keeps the partner of an agreement as it is."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from ofrecord.api.agreement_rows import visible
from ofrecord.api.answers import tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IDEMPOTENCY_KEY, IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import rows
from ofrecord.api.routes.agreements import KINDS, Ref
from ofrecord.api.shapes import changes, locks
from ofrecord.api.writing import Done, write
from ofrecord.changes.locks import lock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

router = Router(tags=["Agreements"])


@operation(
    router,
    "GET",
    "/agreements/{reference}/lock",
    name="get_lock",
    summary="Show the lock of an agreement",
    answers={200: locks.Lock, 304: None},
    scope="agreements:read",
    kinds=KINDS,
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_lock(request: ApiRequest, reference: Ref) -> HttpResponse:
    """Whether the partner of an agreement is locked, by whom, and who asked to lift it."""
    with seeing(request.actor):
        return tagged(request, _lock(request.actor, reference))


@operation(
    router,
    "POST",
    "/agreements/{reference}/lock",
    name="lock_agreement",
    summary="Lock the partner of an agreement",
    answers={200: locks.Lock},
    scope="changes:write",
    kinds=KINDS,
    problems=(404, 409),
    headers=(IDEMPOTENCY_KEY,),
)
def lock_agreement(request: ApiRequest, reference: Ref, asked: changes.TakeBack) -> HttpResponse:
    """Let no change of an agreement's partner through; one that is locked stays so.

    Somebody's wish that the lock be lifted is taken back by locking again.
    The permission that counts is that of the person in `on_behalf_of`. A lock is lifted by two
    people at the portal, and not by a system.
    """

    def act(by: Actor, _request_id: int | None) -> Done:
        lock([reference], by=by, reason=asked.reason)
        return Done(_lock(by, reference))

    content: dict[str, Any] = {"reference": reference, **asked.model_dump(mode="json")}
    return write(request, "lock", content, act)


def _lock(by: Actor, reference: str) -> dict[str, Any]:
    (found,) = rows(_LOCK, {"id": visible(by, reference)})
    return found


_LOCK = """
SELECT a.reference AS agreement, l.id IS NOT NULL AS locked, l.reason, l.locked_at,
       (SELECT json_build_object('email', p.email, 'name', p.name)
          FROM person AS p WHERE p.id = l.locked_by_id) AS locked_by,
       l.lift_asked_at,
       (SELECT json_build_object('email', p.email, 'name', p.name)
          FROM person AS p WHERE p.id = l.lift_asked_by_id) AS lift_asked_by
  FROM agreement AS a
  LEFT JOIN agreement_lock AS l ON l.agreement_id = a.id AND l.lifted_at IS NULL
 WHERE a.id = %(id)s
"""
