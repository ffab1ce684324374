"""The journal of one agreement, told in words."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.cases.models import Case
from ofrecord.changes.corrections import OF_VENDOR
from ofrecord.changes.models import TransferCode
from ofrecord.changes.naming import known_to
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Partner
from ofrecord.web.records import happenings


@dataclass(frozen=True)
class Told:
    """One event: when, what happened, what else belongs to it, and through which door."""

    at: datetime
    words: str
    more: str
    door: str
    sequence: int | None
    id: UUID


def events(agreement: Agreement, reader: Actor, most: int | None = None) -> list[Told]:
    """What happened to the agreement, the latest first; what was asked and given for it too."""
    codes = TransferCode.objects.filter(agreements__agreement=agreement).values_list("pk")
    cases = Case.objects.filter(agreement=agreement).values_list("number", flat=True)
    about = [agreement.reference, *(str(pk) for (pk,) in codes), *cases]
    of_it = Q(stream="agreement", subject_id=agreement.pk)
    beside = Q(stream="account", account_id=agreement.account_id, about__in=about)
    found = Event.objects.filter(of_it | beside).order_by("-recorded_at", "-sequence")
    if not reader.sees_everything:
        found = found.exclude(type__in=OF_VENDOR)
    return told(list(found[:most]), lambda ids: _names(agreement, reader, ids))


def told(shown: Sequence[Event], names: Callable[[set[int]], dict[int, str]]) -> list[Told]:
    """Events in words; `names` are those of the people whom the reader may know."""
    bodies = [json.loads(bytes(event.body)) for event in shown]
    by = [body["data"]["by"] for body in bodies]
    people = names({id for each in by for id in (each["person"], each["on_behalf_of"]) if id})
    firms = _firms(body["data"].get("partner") for body in bodies)
    return [_told(each, body, people, firms) for each, body in zip(shown, bodies, strict=True)]


def _names(agreement: Agreement, reader: Actor, ids: set[int]) -> dict[int, str]:
    people = known_to(reader, agreement.account_id, ids)
    return {id: each.name for id, each in people.items()}


def _firms(numbers: Iterable[Any]) -> dict[str, str]:
    """The names of the partners that events name by their numbers, as far as they are seen."""
    wanted = {number for number in numbers if isinstance(number, str)}
    known = Partner.objects.filter(account_number__in=wanted)
    return dict(known.values_list("account_number", "name"))


def _told(
    event: Event, body: dict[str, Any], people: dict[int, str], firms: dict[str, str]
) -> Told:
    data = body["data"]
    happened = happenings.told(event.type, data, _who(data["by"], people), firms)
    sequence = event.sequence if event.stream == "agreement" else None
    door = _door(data["by"]["door"])
    return Told(event.recorded_at, happened, happenings.more(data), door, sequence, event.pk)


def _who(by: dict[str, Any], people: dict[int, str]) -> str:
    person = by["on_behalf_of"] or by["person"]
    if person is None:
        return _("The system")
    name = people.get(person) or _("The vendor")
    if not (by["person"] and by["on_behalf_of"]):
        return name
    agent = people.get(by["person"]) or settings.OFRECORD_VENDOR_NAME
    return _("%(agent)s for %(name)s") % {"agent": agent, "name": name}


def _door(door: str) -> str:
    return {
        "portal": _("portal"),
        "desk": _("partner desk"),
        "api": _("API"),
        "console": _("console"),
        "cli": _("terminal"),
        "sign_in": _("sign-in"),
        "system": _("by the clock"),
    }.get(door, door)
