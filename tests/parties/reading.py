"""What is left of an act: the roles of a person, the facts of a stream, the code of a refusal."""

import json
from collections.abc import Callable
from typing import Any

from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner, Person, Role
from ofrecord.parties.refusals import Refused


def roles_of(person: Person) -> set[tuple[str, str]]:
    """Role and place of everything that somebody holds."""
    with seeing(Actor.system()):
        held = Role.objects.filter(person=person).select_related("account", "partner")
        return {(each.name, str(each.account or each.partner or "vendor")) for each in held}


def told(stream: str, subject: Account | Partner | Person, *, data: bool = False) -> list[Any]:
    """The types of the facts of a stream, in order; or what they say."""
    with seeing(Actor.system()):
        found = Event.objects.filter(stream=stream, subject_id=subject.pk).order_by("sequence")
        bodies = [json.loads(bytes(each.body)) for each in found]
    return [each["data"] if data else each["type"] for each in bodies]


def refusal(act: Callable[..., Any], *given: Any, **named: Any) -> str:
    """The code with which an act is refused; empty where it is not."""
    try:
        act(*given, **named)
    except Refused as refused:
        return refused.code
    return ""
