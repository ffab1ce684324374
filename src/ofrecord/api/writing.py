"""Writes: one transaction for the key, the act and its answer; a repeat gets the same bytes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ofrecord.api.answers import MEDIA_TYPE, written
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import KEY_PATTERN
from ofrecord.api.people import acting_for
from ofrecord.api.problems import MEDIA_TYPE as PROBLEM
from ofrecord.api.problems import Problem, invalid, of_refusal, of_telling
from ofrecord.api.sealing import opened, sealed
from ofrecord.changes import requests
from ofrecord.changes.refusals import Refused, TooOften, Unusable
from ofrecord.delivery import refusals as telling
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import as_one
from ofrecord.parties.limits import counted_though_undone


@dataclass(frozen=True)
class Done:
    """What an act leads to: the data of the answer, its status, and whether it holds a secret."""

    data: Any
    status: int = 200
    secret: bool = False


NUMBERED = (("Q-", "quotes"), ("ORD-", "orders"))
"""What numbers begin with, and where the things of that kind are."""
Act = Callable[[Actor, int | None], Done]


def write(request: ApiRequest, verb: str, content: dict[str, Any], act: Act) -> HttpResponse:
    """Carry an act out once for its idempotency key, for the person in `on_behalf_of`.

    Where the content names nobody, the system acts for itself. A refusal is a stored answer too,
    unless the request could not be judged at all, or came too often: then nothing was decided,
    and the key stays free.
    """
    key = key_of(request)
    try:
        with counted_though_undone():
            response = _once(request, verb, key, content, act)
    except (Refused, telling.Refused) as refused:
        if isinstance(refused, Unusable | TooOften) or key is None:
            raise
        return _refused(request, verb, key, content, _problem(refused))
    wake.wake()
    return response


def _once(
    request: ApiRequest, verb: str, key: str | None, content: dict[str, Any], act: Act
) -> HttpResponse:
    with as_one(request.actor, patience=f"{settings.OFRECORD_API_PATIENCE}s"):
        receipt = requests.receive(verb, key, content, by=request.actor)
        if receipt.answer is not None:
            return _again(receipt)
        person = content.get("on_behalf_of")
        by = acting_for(request.actor, person) if person else request.actor
        done = act(by, receipt.id)
        body = written(done.data)
        receipt.keep_bytes(sealed(body) if done.secret else body, done.status)
    return answered(done, body)


def answered(done: Done, body: bytes) -> HttpResponse:
    """The answer to a write, in the bytes that were kept, with the address of what it made."""
    return _response(body, done.status, _where(done.data, done.status))


def _refused(
    request: ApiRequest, verb: str, key: str, content: dict[str, Any], problem: Problem
) -> HttpResponse:
    """The act is undone with its key; the refusal is kept under it, unless another came first."""
    with as_one(request.actor, patience=f"{settings.OFRECORD_API_PATIENCE}s"):
        receipt = requests.receive(verb, key, content, by=request.actor)
        if receipt.answer is not None:
            return _again(receipt)
        body = problem.body(request)
        receipt.keep_bytes(body, problem.status)
    return _response(body, problem.status, problem.headers)


def _again(receipt: requests.Receipt) -> HttpResponse:
    body = opened(receipt.stored)
    status = receipt.status or HTTPStatus.OK
    headers = {**_where(json.loads(body), status), "Idempotency-Replayed": "true"}
    return _response(body, status, headers)


def _problem(refused: Refused | telling.Refused) -> Problem:
    return of_refusal(refused) if isinstance(refused, Refused) else of_telling(refused)


def _where(answer: Any, status: int) -> dict[str, str]:
    """Where the one thing is that was made."""
    numbers = [each["number"] for each in answer.get("changes", ()) if each["number"]]
    made = [f"partner-changes/{number}" for number in numbers]
    if status == HTTPStatus.CREATED:
        made += _made(answer)
    return {"Location": f"/api/v1/{made[0]}"} if len(made) == 1 else {}


def _made(answer: Any) -> list[str]:
    number = str(answer.get("number", ""))
    found = [f"{noun}/{number}" for prefix, noun in NUMBERED if number.startswith(prefix)]
    if "secret" in answer:
        found.append(f"endpoints/{answer['id']}")
    if "wish" in answer:
        found.append(f"quote-requests/{answer['id']}")
    return found


def _response(body: bytes, status: int, headers: dict[str, str]) -> HttpResponse:
    kind = PROBLEM if status >= 400 else MEDIA_TYPE
    return HttpResponse(body, status=status, content_type=kind, headers=headers)


def key_of(request: ApiRequest) -> str | None:
    """The idempotency key; refused as `invalid` where it is none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(KEY_PATTERN, key):
        said = _("It has 1 to 255 visible ASCII characters.")
        raise invalid([{"where": "header.Idempotency-Key", "what": said}])
    return key
