"""Writes: one transaction for the key, the act and its answer; a repeat gets the same bytes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ofrecord.api.answers import MEDIA_TYPE, written
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import KEY_PATTERN
from ofrecord.api.people import acting_for
from ofrecord.api.problems import MEDIA_TYPE as PROBLEM
from ofrecord.api.problems import invalid, of_refusal
from ofrecord.changes import requests
from ofrecord.changes.refusals import Refused, Unusable
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import as_one


@dataclass(frozen=True)
class Done:
    """What an act leads to: the data of the answer, and its status."""

    data: Any
    status: int = 200


Act = Callable[[Actor, int | None], Done]


def write(request: ApiRequest, verb: str, content: dict[str, Any], act: Act) -> HttpResponse:
    """Carry an act out once for its idempotency key, for the person in `on_behalf_of`.

    A refusal is a stored answer too, unless the request could not be judged at all: then nothing
    was decided, and the key stays free.
    """
    key = _key(request)
    try:
        response = _once(request, verb, key, content, act)
    except Refused as refused:
        if isinstance(refused, Unusable) or key is None:
            raise
        return _refused(request, verb, key, content, refused)
    wake.wake()
    return response


def _once(
    request: ApiRequest, verb: str, key: str | None, content: dict[str, Any], act: Act
) -> HttpResponse:
    with as_one(request.actor):
        _be_patient()
        receipt = requests.receive(verb, key, content, by=request.actor)
        if receipt.answer is not None:
            return _again(receipt)
        by = acting_for(request.actor, content["on_behalf_of"])
        done = act(by, receipt.id)
        body = written(done.data)
        receipt.keep_bytes(body, done.status)
    return _response(body, done.status, _where(done.data))


def _refused(
    request: ApiRequest, verb: str, key: str, content: dict[str, Any], refused: Refused
) -> HttpResponse:
    """The act is undone with its key; the refusal is kept under it, unless another came first."""
    problem = of_refusal(refused)
    with as_one(request.actor):
        _be_patient()
        receipt = requests.receive(verb, key, content, by=request.actor)
        if receipt.answer is not None:
            return _again(receipt)
        body = problem.body(request)
        receipt.keep_bytes(body, problem.status)
    return _response(body, problem.status, problem.headers)


def _again(receipt: requests.Receipt) -> HttpResponse:
    status, headers = receipt.status or 200, _where(receipt.answer)
    return _response(receipt.stored, status, {**headers, "Idempotency-Replayed": "true"})


def _where(answer: Any) -> dict[str, str]:
    """Where the one change is that was made."""
    made = [each["number"] for each in answer.get("changes", ()) if each["number"]]
    return {"Location": f"/api/v1/partner-changes/{made[0]}"} if len(made) == 1 else {}


def _response(body: bytes, status: int, headers: dict[str, str]) -> HttpResponse:
    kind = PROBLEM if status >= 400 else MEDIA_TYPE
    return HttpResponse(body, status=status, content_type=kind, headers=headers)


def _key(request: ApiRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(KEY_PATTERN, key):
        said = _("It has 1 to 255 visible ASCII characters.")
        raise invalid([{"where": "header.Idempotency-Key", "what": said}])
    return key


def _be_patient() -> None:
    """Bound every wait for a lock in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true)", [f"{settings.OFRECORD_API_PATIENCE}s"]
        )
