"""Signing in as people do: through the form, with a password and a code."""

import json
import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from ofrecord.delivery.models import Letter
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person

PASSWORD = "a meadow of seven larks"
LOGIN = "/sign-in/login/"
REAUTHENTICATE = "/sign-in/reauthenticate/"
ACTIVATE = "/sign-in/2fa/totp/activate/"
MFA = "/sign-in/2fa/authenticate/"
RESET = "/sign-in/password/reset/"


def with_password(person: Person, password: str = PASSWORD) -> Person:
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def enter(client: Client, person: Person, password: str = PASSWORD, **given: Any) -> Any:
    """Fill in the sign-in form."""
    return client.post(LOGIN, {"login": person.email, "password": password}, **given)


def browser_of(person: Person) -> Client:
    """A browser in which this person, who has the usual password, is signed in."""
    client = Client()
    if not person.check_password(PASSWORD):
        with_password(person)
    answer = enter(client, person)
    assert answer.status_code == 302, answer.content
    return client


def is_in(client: Client) -> bool:
    """Whether a page about oneself answers."""
    return bool(client.get("/sign-in/sessions/").status_code == 200)


def activate(client: Client) -> str:
    """Turn the second factor on; its seed."""
    client.post(REAUTHENTICATE, {"password": PASSWORD})
    page = client.get(ACTIVATE)
    assert page.status_code == 200, page.headers
    seed = str(page.context["form"].secret)
    answer = client.post(ACTIVATE, {"code": code(seed)})
    assert answer.status_code == 302, answer.content
    cache.clear()
    return seed


def code(seed: str) -> str:
    """What the app on the phone shows now."""
    return str(format_hotp_value(hotp_value(seed, int(time.time()) // 30)))


def told_of(person: Person) -> list[tuple[str, dict[str, Any]]]:
    """The facts of a person's stream: type and data."""
    with seeing(Actor.system()):
        found = Event.objects.filter(stream="person", subject_id=person.pk).order_by("sequence")
        bodies = [json.loads(bytes(each.body)) for each in found]
    return [(body["type"], body["data"]) for body in bodies]


def letters() -> list[Letter]:
    with seeing(Actor.system()):
        return list(Letter.objects.filter(kind="sign_in").order_by("id"))


def link_in(letter: Letter) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/sign-in/password/reset/key/\S+)", letter.text)
    assert found, letter.text
    return found[1]
