"""How often somebody may try: per address, per person, and everybody together."""

import subprocess
import sys

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import Cast
from tests.databases import Copy
from tests.security.people import LOGIN, PASSWORD, RESET, enter, is_in, letters, with_password

WRONG = "not it at all"


def attempt(email: str, tried: str = WRONG, address: str = "192.0.2.1") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post(LOGIN, {"login": email, "password": tried})
    return client


def test_a_person_is_tried_five_times_whatever_the_address(cast: Cast) -> None:
    pia, sam = (with_password(cast.people[name]) for name in ("pia", "sam"))
    for number in range(5):
        attempt(pia.email, address=f"192.0.2.{number + 1}")
    assert not is_in(attempt(pia.email, PASSWORD, "192.0.2.99"))
    assert not is_in(attempt(pia.email.upper(), PASSWORD, "192.0.2.98"))
    assert is_in(attempt(sam.email, PASSWORD, "192.0.2.99"))


def test_calling_us_by_another_name_or_port_does_not_count_anew(cast: Cast) -> None:
    pia = with_password(cast.people["pia"])
    hosts = ("localhost", "127.0.0.1", "localhost:1", "localhost:2", "localhost:3")
    for number, host in enumerate(hosts, 1):
        client = Client(headers={"host": host}, REMOTE_ADDR=f"192.0.2.{number}")
        enter(client, pia, WRONG)
    assert not is_in(attempt(pia.email, PASSWORD, "192.0.2.99"))


def test_an_address_tries_ten_people(cast: Cast) -> None:
    pia = with_password(cast.people["pia"])
    for number in range(10):
        attempt(f"somebody{number}@example.com")
    assert not is_in(attempt(pia.email, PASSWORD))
    assert is_in(attempt(pia.email, PASSWORD, "198.51.100.7"))


def test_everybody_together_is_limited_too(cast: Cast, settings: object) -> None:
    limits = settings.ACCOUNT_RATE_LIMITS  # type: ignore[attr-defined]  # pytest-django's
    settings.ACCOUNT_RATE_LIMITS = {**limits, "login_failed_total": "3/5m/key"}  # type: ignore[attr-defined]  # likewise
    pia = with_password(cast.people["pia"])
    for number in range(3):
        attempt(f"somebody{number}@example.com", address=f"192.0.2.{number + 1}")
    assert not is_in(attempt(pia.email, PASSWORD, "192.0.2.99"))


def test_who_signs_in_well_is_not_counted(cast: Cast) -> None:
    pia = with_password(cast.people["pia"])
    for _ in range(8):
        assert is_in(attempt(pia.email, PASSWORD))


def test_a_forwarded_address_is_not_believed_without_a_proxy(cast: Cast) -> None:
    for number in range(10):
        client = Client(headers={"x-forwarded-for": f"203.0.113.{number}"})
        client.post(LOGIN, {"login": f"somebody{number}@example.com", "password": "wrong"})
    client = Client(headers={"x-forwarded-for": "203.0.113.200"})
    enter(client, with_password(cast.people["pia"]))
    assert not is_in(client)


def test_a_person_is_sent_five_links_an_hour(cast: Cast) -> None:
    pia = with_password(cast.people["pia"])
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{number}").post(RESET, {"email": pia.email}).status_code
        for number in range(1, 7)
    ]
    assert answers == [302] * 5 + [429]
    assert len(letters()) == 5


def test_nobody_can_flush_the_counters(cast: Cast) -> None:
    """Far more keys than Django's cache keeps by default do not push the count out."""
    pia = with_password(cast.people["pia"])
    for number in range(5):
        attempt(pia.email, address=f"192.0.2.{number + 1}")
    for number in range(1000):
        cache.set(f"of-somebody-else-{number}", [1.0])
    assert not is_in(attempt(pia.email, PASSWORD, "192.0.2.99"))


TRIES = """
import django, sys
django.setup()
from django.test import Client
for number in range({first}, {last}):
    Client(SERVER_NAME="localhost", REMOTE_ADDR=f"192.0.2.{{number}}").post(
        "/sign-in/login/", {{"login": "{email}", "password": "wrong"}})
"""


@pytest.mark.slow
def test_two_processes_count_together(fresh_database: Copy) -> None:
    cast = Cast.enter()
    pia = with_password(cast.people["pia"])
    for first, last in ((1, 4), (4, 6)):
        code = TRIES.format(first=first, last=last, email=pia.email)
        subprocess.run([sys.executable, "-c", code], env=fresh_database.env, check=True)
    assert not is_in(attempt(pia.email, PASSWORD, "192.0.2.99"))
