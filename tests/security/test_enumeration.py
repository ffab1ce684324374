"""Nobody learns who exists: the same answer, by the same path and work.

Not timed here: what is compared is the page, the templates, and every statement.
"""

import re
from dataclasses import dataclass

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from tests.cast import Cast
from tests.databases import Copy
from tests.security.people import LOGIN, RESET, letters, told_of, with_password

UNKNOWN = "pix@example.com"


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    page: str
    templates: tuple[str | None, ...]
    statements: tuple[str, ...]


def answer(path: str, email: str, **form: str) -> Answer:
    """What somebody gets, and what was done, who is alone with a form of this address."""
    cache.clear()
    client = Client()
    with CaptureQueriesContext(connection) as asked:
        got = client.post(path, {**form, "email": email, "login": email})
    return Answer(
        got.status_code,
        got.headers.get("location", ""),
        _without_chance(got.content.decode().replace(email, "EMAIL")),
        tuple(each.name for each in got.templates),
        tuple(_shape(each["sql"]) for each in asked.captured_queries),
    )


def _without_chance(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|content)="[^"]+"|[0-9a-f]{32}', "", page)


def _shape(sql: str) -> str:
    """A statement without its values; a transaction ends kept or undone, which is one beat."""
    sql = re.sub(r"::\w+(\[\])?", "", sql)
    sql = re.sub(r"E?'(?:[^']|'')*'|\bNULL\b|\b\d+\b|_sync_\d+|_curs_\d+", "?", sql)
    return "END" if sql in ("COMMIT", "ROLLBACK") else sql


@pytest.fixture(scope="module")
def world(shared_database: Copy) -> Cast:
    """The cast in a database of the module's own: transactions really begin and end here."""
    answer(LOGIN, "first@example.com", password="so that nothing is new to the process")
    answer(RESET, "first@example.com")
    return Cast.enter()


def disabled(person: Person) -> Person:
    person.is_active = False
    person.save()
    return person


def test_a_failed_sign_in_is_the_same_for_known_and_unknown(world: Cast) -> None:
    pia = with_password(world.people["pia"])
    known = answer(LOGIN, pia.email, password="not it at all")
    assert known == answer(LOGIN, UNKNOWN, password="not it at all")
    assert known.status == 200
    assert any("INSERT INTO event" in each for each in known.statements)


def test_a_failed_sign_in_of_nobody_leaves_nothing(world: Cast) -> None:
    answer(LOGIN, UNKNOWN, password="not it at all")
    with seeing(Actor.system()):
        assert not Event.objects.filter(stream="person", subject_id=0).exists()


def test_asking_for_a_new_password_is_the_same_for_known_and_unknown(world: Cast) -> None:
    sam = with_password(world.people["sam"])
    known = answer(RESET, sam.email)
    assert known == answer(RESET, UNKNOWN)
    assert known.location == "/sign-in/password/reset/done/"
    assert "account/email/password_reset_key_message.txt" in known.templates
    assert [each.person_id for each in letters()[-2:]] == [sam.pk, None]


def test_asking_is_the_same_for_somebody_disabled(world: Cast) -> None:
    vera = with_password(world.people["vera"])
    known = answer(RESET, vera.email)
    assert known == answer(RESET, disabled(vera).email)
    assert letters()[-1].person_id is None


def test_a_wrong_password_of_somebody_disabled_is_like_any(world: Cast) -> None:
    cora = disabled(with_password(world.people["cora"]))
    assert answer(LOGIN, cora.email, password="no") == answer(LOGIN, UNKNOWN, password="no")
    assert [kind for kind, _data in told_of(cora)] == ["person.sign_in_failed"]


def test_whoever_it_is_one_password_is_hashed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    pia, never_had_one = with_password(cast.people["pia"]), cast.people["sam"]
    never_had_one.set_unusable_password()
    never_had_one.save()
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    for email in (pia.email, never_had_one.email, UNKNOWN):
        hashed.clear()
        answer(LOGIN, email, password="not it at all")
        assert len(hashed) == 1
