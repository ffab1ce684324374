"""Who is at the door: `request.actor`, and the account or partner they chose to look at.

A door shows only what is held at it: the portal accounts, the desk partners, the console the
vendor's book. Which of several accounts a list shows is chosen in the header.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner
from ofrecord.parties.sign_in import strength

Answer = Callable[[HttpRequest], HttpResponse]


class DoorRequest(HttpRequest):
    """A request as a door's view gets it."""

    actor: Actor
    account: Account | None
    partner: Partner | None
    held: "Held"
    request_id: str


@dataclass(frozen=True)
class Held:
    """All that the signed-in person holds, whatever the door; accounts and firms by name."""

    actor: Actor
    accounts: tuple[Account, ...] = ()
    partners: tuple[Partner, ...] = ()


NOBODY = Actor(person_id=None, door="portal")
CHOSEN = {"portal": "account", "desk": "partner"}


def actor(answer: Answer) -> Answer:
    """Middleware: who asks and what they look at, found when first asked for, and once."""

    def known(request: HttpRequest) -> HttpResponse:
        asked = cast(DoorRequest, request)
        asked.held = cast(Held, SimpleLazyObject(lambda: everything_held(asked)))
        asked.actor = cast(Actor, SimpleLazyObject(lambda: actor_at(asked, door_of(request))))
        asked.account = cast(Account, SimpleLazyObject(lambda: chosen_account(asked)))
        asked.partner = cast(Partner, SimpleLazyObject(lambda: chosen_partner(asked)))
        return answer(request)

    return known


def door_of(request: HttpRequest) -> str:
    """The name of the door that answers the request; the portal for pages of no door."""
    match = request.resolver_match
    namespace = match.namespaces[0] if match and match.namespaces else ""
    return namespace if namespace in ("desk", "console") else "portal"


def everything_held(request: DoorRequest) -> Held:
    """The signed-in person with all that they hold, whatever the door."""
    if not request.user.is_authenticated:
        return Held(NOBODY)
    actor = for_person(
        request.user,
        door=door_of(request),
        strength=strength(request, request.user),
        request_id=getattr(request, "request_id", ""),
    )
    with seeing(actor):
        accounts = Account.objects.filter(pk__in=actor.accounts).order_by("name", "pk")
        partners = Partner.objects.filter(pk__in=actor.partners).order_by("name", "pk")
        return Held(actor, tuple(accounts), tuple(partners))


def actor_at(request: DoorRequest, door: str) -> Actor:
    """The signed-in person with what is held at this door only."""
    held = request.held.actor
    if door == "console":
        return held.only(vendor=True)
    return held.only(accounts=True) if door == "portal" else held.only(partners=True)


def chosen_account(request: DoorRequest) -> Account | None:
    """The account that the portal's lists show: the chosen one, else the first by name."""
    here = [each for each in request.held.accounts if each.pk in request.actor.accounts]
    return _chosen(here, request.session.get("chosen_account"))


def chosen_partner(request: DoorRequest) -> Partner | None:
    """The firm that the desk shows: the chosen one, else the first by name."""
    here = [each for each in request.held.partners if each.pk in request.actor.partners]
    return _chosen(here, request.session.get("chosen_partner"))


Place = TypeVar("Place", Account, Partner)


def _chosen(held: Sequence[Place], wanted: int | None) -> Place | None:
    first = held[0] if held else None
    return next((each for each in held if each.pk == wanted), first)
