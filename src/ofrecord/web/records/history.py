"""The journal of one agreement, told in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.journal.models import Event
from ofrecord.parties.models import Person, Role
from ofrecord.web.records import words
from ofrecord.web.templatetags import web


@dataclass(frozen=True)
class Told:
    """One event: when, what happened, what else belongs to it, and through which door."""

    at: datetime
    words: str
    more: str
    door: str
    sequence: int | None


def events(agreement: Agreement, most: int | None = None) -> list[Told]:
    """What happened to the agreement, the latest first, look-ups made for it included."""
    of_it = Q(stream="agreement", subject_id=agreement.pk)
    lookups = Q(stream="account", account_id=agreement.account_id, about=agreement.reference)
    found = list(Event.objects.filter(of_it | lookups).order_by("-recorded_at", "-sequence")[:most])
    bodies = [json.loads(bytes(event.body)) for event in found]
    people = _names(agreement, [body["data"]["by"] for body in bodies])
    return [_told(event, body, people) for event, body in zip(found, bodies, strict=True)]


def _names(agreement: Agreement, by: Sequence[dict[str, Any]]) -> dict[int, str]:
    """The names of the people of the account; nobody else is named to it."""
    ids = {id for each in by for id in (each["person"], each["on_behalf_of"]) if id}
    own = Role.objects.filter(account_id=agreement.account_id, person__in=ids).values("person")
    return dict(Person.objects.filter(pk__in=own).values_list("pk", "name"))


def _told(event: Event, body: dict[str, Any], people: dict[int, str]) -> Told:
    data = body["data"]
    who = _who(data["by"], people)
    tell = _WORDS.get(event.type)
    happened = tell({**data, **_from_to(data), "who": who}) if tell else event.type
    number = data.get("change") if event.type != "agreement.loaded" else ""
    more = [str(part) for part in (number, _because(data), _outcome(data)) if part]
    sequence = event.sequence if event.stream == "agreement" else None
    return Told(event.recorded_at, happened, ", ".join(more), _door(data["by"]["door"]), sequence)


def _who(by: dict[str, Any], people: dict[int, str]) -> str:
    person = by["on_behalf_of"] or by["person"]
    if person is None:
        return _("The system")
    return people.get(person) or _("The vendor")


def _door(door: str) -> str:
    return {
        "portal": _("portal"),
        "console": _("console"),
        "cli": _("terminal"),
        "system": _("by the clock"),
    }.get(door, door)


def _because(data: dict[str, Any]) -> str:
    return _("reason: %(reason)s") % {"reason": data["reason"]} if data.get("reason") else ""


def _outcome(data: dict[str, Any]) -> str:
    """What a look-up met with, unless it found a partner that can serve."""
    outcome = data.get("outcome", "found")
    return "" if outcome == "found" else words.names((outcome,))


def _names_of(parties: Sequence[dict[str, Any]]) -> str:
    return words.joined(party["name"] for party in parties) or _("nobody")


def _from_to(data: dict[str, Any]) -> dict[str, str]:
    return {"old": _names_of(data.get("before", ())), "new": _names_of(data.get("after", ()))}


def _applied(data: dict[str, Any]) -> str:
    return _("%(who)s changed the partner from %(old)s to %(new)s") % data


def _scheduled(data: dict[str, Any]) -> str:
    said = _("%(who)s scheduled the partner to change from %(old)s to %(new)s on %(day)s")
    return said % {**data, "day": web.day(parse_datetime(data["effective_at"]))}


def _cancelled(data: dict[str, Any]) -> str:
    return _("%(who)s cancelled the change to %(new)s") % data


def _completed(data: dict[str, Any]) -> str:
    return _("Every required system knows of %(new)s") % data


def _loaded(_data: dict[str, Any]) -> str:
    return _("The agreement was loaded from the vendor's book")


def _looked_up(data: dict[str, Any]) -> str:
    said = _("%(who)s looked up partner %(number)s")
    return said % {**data, "number": web.grouped(data["number"])}


def _stated(data: dict[str, Any]) -> str:
    said = _("%(who)s got a statement of who was partner of record on %(day)s")
    return said % {**data, "day": web.day(parse_datetime(data["effective_at"]))}


def _receipted(data: dict[str, Any]) -> str:
    return _("%(who)s got the receipt of a change") % data


_WORDS = {
    "partner_change.applied": _applied,
    "partner_change.scheduled": _scheduled,
    "partner_change.cancelled": _cancelled,
    "partner_change.completed": _completed,
    "agreement.loaded": _loaded,
    "partner.looked_up": _looked_up,
    "statement.issued": _stated,
    "receipt.issued": _receipted,
}
