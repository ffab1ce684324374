"""Single submits of one system that come while others are carried out: the next take goes as one.

While one transaction is under way the calls of that system wait for their turn (`turns.py`), and
the first of them carries out all. None waits for anybody's lock there: what is not clear is left to
its own call, which then does it as every other write is done. Each has a key, so that a call whose
take was lost at its commit finds its answer and is not carried out twice.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import structlog
from django.db import Error
from django.http import HttpResponse

from ofrecord.api.answers import written
from ofrecord.api.caller import ApiRequest
from ofrecord.api.people import acting_for_each
from ofrecord.api.shapes.changes import ChangeRequest
from ofrecord.api.turns import Turn, Turns
from ofrecord.api.writing import Done, answered, key_of
from ofrecord.changes import requests
from ofrecord.changes.submit_together import Made, Wish, submit_together
from ofrecord.delivery import failpoints, wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import as_one

PATIENCE = "100ms"
MOMENT = 0.006
"""Seconds for which a take waits at most for calls that are likely to come at once again."""
CREATED = 201
log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Call(Turn):
    """One call, its turn, and its answer where it was carried out."""

    by: Actor
    asked: ChangeRequest
    content: dict[str, Any]
    key: str
    done: tuple[Done, bytes] | None = None


def carried_out(
    request: ApiRequest, asked: ChangeRequest, content: dict[str, Any]
) -> HttpResponse | None:
    """The answer to a submit of one agreement, or None: then nothing is done, and it goes alone."""
    key, by = key_of(request), request.actor
    if key is None or len(asked.agreements) != 1 or asked.only or asked.effective_on:
        return None
    call = Call(by=by, asked=asked, content=content, key=key)
    _turns(by.client, by.accounts, by.partners, by.vendor_roles).take(call)
    return answered(*call.done) if call.done else None


@lru_cache(maxsize=1024)
def _turns(*_sight: object) -> Turns[Call]:
    """Those of one system; all that it sees is the same for each of its calls."""
    return Turns(_carry_out, MOMENT)


def _carry_out(calls: list[Call]) -> None:
    try:
        done = _in_one(calls)
    except Error as error:
        log.info("not_together", calls=len(calls), error=str(error))
        return
    for call, answer in done:
        call.done = answer
    if done:
        failpoints.hit("submit.after_commit")
        wake.wake()


def _in_one(calls: list[Call]) -> list[tuple[Call, tuple[Done, bytes]]]:
    by = calls[0].by
    with as_one(by, patience=PATIENCE):
        people = acting_for_each(by, [call.asked.on_behalf_of for call in calls])
        known = [call for call in calls if call.asked.on_behalf_of in people]
        wishes = [_wish(call, people[call.asked.on_behalf_of]) for call in known]
        made = submit_together(wishes, by=by)
        answers = {place: _answer(each) for place, each in made.items()}
        if answers:
            kept = {made[place].request_id: body for place, (_done, body) in answers.items()}
            requests.keep(kept, CREATED)
    return [(known[place], answer) for place, answer in answers.items()]


def _answer(made: Made) -> tuple[Done, bytes]:
    data = made.outcome.as_data()
    return Done(data, CREATED), written(data)


def _wish(call: Call, by: Actor) -> Wish:
    """What a call asks for; it is in the journal by the request that it came with."""
    asked = call.asked
    (agreement,) = asked.agreements
    return Wish(
        agreement=agreement,
        partner=asked.partner,
        by=replace(by, request_id=call.by.request_id),
        reason=asked.reason,
        fingerprints=tuple(asked.fingerprints),
        key=call.key,
        content=call.content,
    )
