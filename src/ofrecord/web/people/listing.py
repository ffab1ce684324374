"""Who works at a place, and who is invited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from ofrecord.agreements.models import Agreement
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Account, Role, RoleInvitation
from ofrecord.parties.people.places import Place, held_in
from ofrecord.parties.people.rights import may_give
from ofrecord.web.records.people import People

PAGE = 100


@dataclass(frozen=True)
class Managed:
    """Of how many agreements somebody is the contract manager, and the first of them."""

    first: str
    more: int


@dataclass(frozen=True)
class Line:
    """A role that somebody holds here."""

    role: Role
    managed: Managed | None
    is_reader: bool
    may_act: bool


@dataclass(frozen=True)
class Invited:
    """Somebody who was asked, and has not answered yet."""

    invitation: RoleInvitation
    by: str
    is_late: bool
    may_act: bool


def lines(place: Place, reader: Actor, after: str = "") -> tuple[list[Line], str]:
    """A page of the people of a place by name, and where the next one begins ("" when none)."""
    given, rows = may_give(place, reader), _after(_roles(place), after)
    found = list(rows[: PAGE + 1])
    managed = _managed(place, [role.person_id for role in found])
    shown = [
        Line(
            role,
            managed.get(role.person_id),
            role.person_id == reader.judged_person,
            role.name in given,
        )
        for role in found[:PAGE]
    ]
    return shown, str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def invited(place: Place, reader: Actor) -> list[Invited]:
    """Those whose invitation is open, the latest first; also when its last day is over."""
    given = may_give(place, reader)
    rows = RoleInvitation.objects.filter(accepted_at=None, ended_at=None, **held_in(place))
    found = list(rows.select_related("person", "sent_by").order_by("-sent_at", "pk")[:PAGE])
    people = People([each.sent_by for each in found], reader)
    now: datetime = clock.business_now()
    return [
        Invited(each, people.name(each.sent_by), each.expires_at <= now, each.role in given)
        for each in found
    ]


def _roles(place: Place) -> QuerySet[Role]:
    held = Role.objects.filter(**held_in(place)).select_related("person")
    return held.order_by("person__name", "pk")


def _after(rows: QuerySet[Role], place: str) -> QuerySet[Role]:
    """Those behind the role that an address names; all where it names none."""
    known = place.isascii() and place.isdecimal() and len(place) < 19
    last = rows.filter(pk=int(place)).first() if known else None
    if last is None:
        return rows
    name = last.person.name
    return rows.filter(Q(person__name__gt=name) | Q(person__name=name, pk__gt=last.pk))


def _managed(place: Place, people: Sequence[int]) -> dict[int, Managed]:
    """Who manages agreements of an account: one statement."""
    if not isinstance(place, Account):
        return {}
    rows = Agreement.objects.filter(account=place, contract_manager__in=people)
    counted = rows.values_list("contract_manager_id").annotate(Count("pk"), Min("reference"))
    return {person: Managed(first, count - 1) for person, count, first in counted}
