"""An example of each type of event, from what was recorded, the same in every run."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

SLACK = 60
"""So much longer is a body only when it says more, and not because a number has more digits."""

AT = "2026-03-02T09:14:27.318042+00:00"
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(?!00:00:00)[\d:.]+(?:Z|[+-]\d\d:?\d\d)")
_NUMBER = re.compile(r"\b(PC|RUN|Q|ORD|CS)-[0-9A-Z]{8}")
KEY = "7VbQGq0V1o1m3vUvTt4gN2cXb2sB4s1oQJrPjXH7m1c"
_SUBJECTS = {"person": "17", "client": "9f3c51b07a2e48d6c1f0a7b4", "run": "17", "signing_key": KEY}
_KEYS = ("kid", "x")
_RECORDED = ("known_at", "since", "until")
_PERSONAL = ("person", "on_behalf_of", "contract_manager", "manager", "was")
_IDS = {
    "event": "partner_change.applied",
    "replay": "endpoint.replayed",
    "quote_request": "quote.requested",
    "consent": "partner_change.consent_asked",
    "correction": "correction.proposed",
    "transfer_code": "transfer_code.made",
    "replaces": "role_invitation.sent",
    "invitation": "role_invitation.sent",
}
_NAMED = re.compile(r"\b(transfer_code|quote_request)/[0-9a-f-]{36}")


def recorded() -> dict[str, dict[str, Any]]:
    """The fullest event of each type, the first of these, with its stream."""
    found: dict[str, dict[str, Any]] = {}
    with seeing(Actor.system()):
        for event in Event.objects.order_by("recorded_at", "stream", "subject_id", "sequence"):
            body = json.loads(bytes(event.body))
            known = found.get(event.type)
            if known is None or len(json.dumps(body)) > len(json.dumps(known["body"])) + SLACK:
                found[event.type] = {"stream": event.stream, "body": body}
    return {type: {**each, "body": settled(each["body"])} for type, each in found.items()}


def settled(body: dict[str, Any]) -> dict[str, Any]:
    """The body with what no two runs share written always the same."""
    same: dict[str, Any] = _walked(body, _of_text)
    noun = body["type"].partition(".")[0]
    same["subject"] = _SUBJECTS.get(noun, same["subject"])
    by = {**same["data"]["by"], "request": "req-7c1f04" if body["data"]["by"]["request"] else ""}
    data = {**same["data"], "by": by}
    return {**same, "id": _id(body["type"]), "time": AT, "data": data}


def _walked(value: Any, of_text: Callable[[str], str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _walked(each, of_text, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_walked(each, of_text, key) for each in value]
    if key in (*_PERSONAL, "before") and isinstance(value, int):
        return 17
    if key in _KEYS or key in _RECORDED:
        return KEY if key in _KEYS else AT
    if key in _IDS:
        return _id(_IDS[key])
    return of_text(value) if isinstance(value, str) else value


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def _of_text(text: str) -> str:
    text = _NAMED.sub(lambda found: f"{found[1]}/{_id(_IDS[found[1]])}", text)
    return _NUMBER.sub(r"\1-4K8TR2W9", _INSTANT.sub(rf"\1{AT[10:]}", text))
