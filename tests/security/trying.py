"""Trying the doors: one request of one person at one route about one thing, and undone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.urls import reverse

from ofrecord.changes.models import PartnerChange, Request
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.security.doors import LOGIN, PEOPLE, TABLE, THINGS, World, expected, routes
from tests.security.doors_of_cases import OF_CASES, SAID
from tests.security.doors_of_people import ANOTHER, OF_THINGS

OF_ACCOUNTS = (
    *("agreement", "change", "code", "consent", "selection", "request"),
    *("invitation", "invitation_link", "sent"),
    *("quote", "quote_request"),
    *OF_THINGS,
    *OF_CASES,
)
KNOWN = set(routes())
KEYS = {"version": "1", "letter": "1", "drawing": "list", "key": "x-y"}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tried(world: World, person: str, route: str, method: str, thing: str) -> tuple[Any, str]:
    """The answer's status (or that it leads to sign-in), and everything that it says."""
    with undone():
        client = browser(world, person)
        asks = TABLE[route].of in ("request", "selection")
        request = _request_of(world, person, thing if asks else "")
        where = address(world, route, thing, request)
        if method == "GET":
            answer = client.get(where, _query(world, route, thing))
        else:
            answer = client.post(where, _form(world, route, thing, person))
        return _status(answer), _said(answer)


def browser(world: World, person: str) -> Client:
    """Their browser, as it is now: what this request does to it is forgotten."""
    client = Client()
    client.cookies = deepcopy(world.browsers[person].cookies)
    client.defaults["REMOTE_ADDR"] = world.browsers[person].defaults["REMOTE_ADDR"]
    return client


def _request_of(world: World, person: str, thing: str) -> str:
    """The key of a request: their own, or somebody else's."""
    if thing in ("", "absent"):
        return "absent"
    whose = world.people["bo"] if thing != "own" else world.people.get(person)
    change = {"agreement": world.agreements[thing], "number": world.changes[thing]}
    answer = {"changes": [{**change, "state": "scheduled"}]}
    with seeing(Actor.system()):
        made = Request.objects.create(
            requester=f"person/{whose.pk if whose else 0}",
            key=f"key-{uuid4().hex}",
            verb="submit",
            content_hash=b"",
            answer=json.dumps(answer).encode(),
            received_at="2026-01-01T00:00:00Z",
        )
    return made.key


def address(world: World, route: str, thing: str, request: str) -> str:
    of = TABLE[route].of
    if not of:
        return reverse(route)
    if of == "link":
        return reverse(route, kwargs={"uidb36": "1", "key": "a-b"})
    if of == "confirmation":
        return reverse(route, args=[world.changes["own"], world.confirmation])
    if of in OF_CASES:
        return reverse(route, args=world.of_cases.known(thing)[of])
    known = {
        "agreement": world.agreements.get(thing),
        "change": world.changes.get(thing),
        "code": world.codes.get(thing),
        "quote": world.quotes.get(thing),
        "quote_request": world.quote_requests.get(thing) or uuid4(),
        "consent": world.consents.get(thing) or uuid4(),
        "selection": thing,
        "invitation": world.invitations[thing][0] if thing in world.invitations else uuid4(),
        "invitation_link": world.invitations[thing][1] if thing in world.invitations else "x" * 43,
        "introduced": world.invitations["own"][0],
        "sent": world.sent.get(thing) or uuid4(),
        "system": world.system,
        "delivery": world.delivery,
        "correction": world.correction,
        "account": world.cast.alder.account_number,
        "partner": world.cast.larkspur.account_number,
        "order": world.order,
        "booked": world.booked.get(thing, "ORD-00000000"),
        "event": world.event,
        "policy_draft": world.policy_draft,
        "request": request,
        **world.of_people.known(thing),
    }
    where = reverse(route, args=[known.get(of) or KEYS[of]])
    return f"{where}?request={request}" if route.endswith("many_confirmation") else where


def _query(world: World, route: str, thing: str) -> dict[str, str]:
    """What the address of a page says beside its path."""
    if route == "portal:update_one_confirmation":
        return {"change": _loaded_by(world, thing)}
    return {"partner": world.gorse} if "review" in route else {}


def _form(world: World, route: str, thing: str, person: str) -> dict[str, Any]:
    """What a form of this route sends; the pages of an act take their part of it."""
    if TABLE[route].of == "":
        return {"ref": list(world.agreements.values())} if "_start" in route else {}
    return {
        "number": world.gorse,
        "partner": world.gorse,
        "reason": "Closer to us.",
        "fingerprints": _shown(world, person, thing) if "review" in route else "",
        "key": uuid4().hex,
        "when": "now",
        "reviewed_on": "",
        "name": "Alex Admin",
        "revision": "1",
        **SAID,
        "to": ANOTHER.get(route.partition(":")[0], ""),
    }


def _shown(world: World, person: str, thing: str) -> str:
    """The fingerprint of what they are shown, or of what somebody is who may see it."""
    if thing not in ("own", "sibling", "foreign"):
        return "x"
    held = PEOPLE[person][2] if person in PEOPLE else {}
    by = person if thing in held else {"own": "pia", "sibling": "tess", "foreign": "bo"}[thing]
    return world.cast.shown(world.agreements[thing], by=by)


def _loaded_by(world: World, thing: str) -> str:
    with seeing(Actor.system()):
        found = PartnerChange.objects.filter(agreement__reference=world.agreements[thing])
        return found[0].number if found else "PC-00000000"


def _status(answer: Any) -> Any:
    to_sign_in = answer.headers.get("location", "").startswith("/sign-in/login/")
    return LOGIN if answer.status_code == 302 and to_sign_in else answer.status_code


def _said(answer: Any) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    said: str = b"".join(parts).decode(errors="replace")
    return f"{answer.headers.get('location', '')}\n{said}"


def differences(world: World, person: str, doors: tuple[str, ...] = ("",)) -> list[str]:
    """Where the product does otherwise than the table says, a line each; leaks too.

    `doors` narrows it to routes whose names begin so.
    """
    return [
        line
        for route, row in TABLE.items()
        if route in KNOWN and route.startswith(doors)
        for method, word in (("GET", row.get), ("POST", row.post))
        for thing in (THINGS if row.of in OF_ACCOUNTS else ("",))
        for line in _differences(world, person, route, method, word, thing)
    ]


def _differences(
    world: World, person: str, route: str, method: str, word: Any, thing: str
) -> Iterator[str]:
    status, said = tried(world, person, route, method, thing)
    wanted = 405 if word is None else expected(word, person, thing)
    if status != wanted:
        yield f"{person} {method} {route} of {thing or '-'}: {status}, not {wanted}"
    if PEOPLE[person][0] == "console" or status == LOGIN:
        return
    about = "own" if TABLE[route].of == "confirmation" else thing
    for other, secrets in world.secrets.items():
        if other not in PEOPLE[person][2]:
            asked = {world.agreements[other], world.changes[other]} if other == about else set()
            for secret in set(secrets) - asked - world.may_read(person):
                if secret in said:
                    yield f"{person} {method} {route} of {thing or '-'}: tells {secret!r}"
