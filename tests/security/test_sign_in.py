"""Signing in, with one factor and two; sessions, and how they end."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from ofrecord.parties.actors import for_person
from ofrecord.parties.sign_in import strength
from tests.cast import Cast
from tests.security.people import (
    ACTIVATE,
    LOGIN,
    MFA,
    PASSWORD,
    activate,
    browser_of,
    code,
    enter,
    is_in,
    told_of,
    with_password,
)

NEW = "eight larks rose up"


def test_the_right_password_opens_and_is_journaled_with_its_strength(cast: Cast) -> None:
    pia = cast.people["pia"]
    assert is_in(browser_of(pia))
    kind, data = told_of(pia)[-1]
    assert kind == "person.signed_in"
    assert data["factors"] == ["password"]
    assert data["by"]["person"] == pia.pk
    assert data["by"]["strength"] == "password"
    assert data["by"]["request"]


def test_a_wrong_password_opens_nothing_and_is_journaled(cast: Cast, client: Client) -> None:
    pia = with_password(cast.people["pia"])
    assert enter(client, pia, "not it").status_code == 200
    assert not is_in(client)
    kind, data = told_of(pia)[-1]
    assert (kind, data["factor"]) == ("person.sign_in_failed", "password")
    assert data["by"]["strength"] == "none"


def test_a_second_factor_is_asked_for_and_makes_the_session_strong(cast: Cast) -> None:
    pia = cast.people["pia"]
    seed = activate(browser_of(pia))
    client = Client()
    answer = enter(client, pia)
    assert answer.headers["location"] == MFA
    assert not is_in(client), "the password alone opens nothing"
    assert client.post(MFA, {"code": code(seed)}).status_code == 302
    assert is_in(client)
    kind, data = told_of(pia)[-1]
    assert kind == "person.signed_in"
    assert data["factors"] == ["password", "totp"]
    assert data["by"]["strength"] == "mfa"


def test_a_request_of_a_strong_session_acts_with_that_strength(cast: Cast) -> None:
    pia = cast.people["pia"]
    seed = activate(browser_of(pia))
    client = Client()
    enter(client, pia)
    client.post(MFA, {"code": code(seed)})
    request = client.get("/sign-in/sessions/").wsgi_request
    assert request.actor.strength == "mfa"  # type: ignore[attr-defined]  # set by web.actor
    assert strength(request, cast.people["sam"]) == "password", "of somebody else it says nothing"
    assert for_person(pia, door="portal").strength == "none"


def test_a_wrong_code_is_journaled_and_soon_no_more_are_taken(cast: Cast) -> None:
    pia = cast.people["pia"]
    seed = activate(browser_of(pia))
    client = Client()
    enter(client, pia)
    for _ in range(5):
        client.post(MFA, {"code": "000000"})
    failures = [data for kind, data in told_of(pia) if kind == "person.sign_in_failed"]
    assert [data["factor"] for data in failures] == ["totp"] * 5
    client.post(MFA, {"code": code(seed)})
    assert not is_in(client), "even the right code is refused now"


def test_a_code_opens_once(cast: Cast) -> None:
    pia = cast.people["pia"]
    seed = activate(browser_of(pia))
    shown = code(seed)
    for opens in (True, False):
        client = Client()
        enter(client, pia)
        client.post(MFA, {"code": shown})
        assert is_in(client) is opens


def test_a_recovery_code_opens_once_and_the_journal_knows(cast: Cast) -> None:
    pia = cast.people["pia"]
    activate(browser_of(pia))
    kept = Authenticator.objects.get(user=pia, type="recovery_codes")
    shown = RecoveryCodes(kept).get_unused_codes()[0]
    for opens in (True, False):
        client = Client()
        enter(client, pia)
        client.post(MFA, {"code": shown})
        assert is_in(client) is opens
    signed_in = [data for kind, data in told_of(pia) if kind == "person.signed_in"]
    assert signed_in[-1]["factors"] == ["password", "recovery_codes"]


def test_seeds_are_encrypted_in_the_database(cast: Cast) -> None:
    pia = cast.people["pia"]
    client = browser_of(pia)
    seed = activate(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT session_key FROM django_session")
        sessions = [Session.objects.get(pk=key).get_decoded() for (key,) in cursor.fetchall()]
    codes = RecoveryCodes(Authenticator.objects.get(user=pia, type="recovery_codes"))
    assert stored.count("gAAAA") == 2, "seed and recovery codes are both in a sealed box"
    assert seed not in stored
    assert not any(each in stored for each in codes.generate_codes())
    assert seed not in str(sessions)


def test_changes_of_factors_are_journaled(cast: Cast) -> None:
    pia = cast.people["pia"]
    client = browser_of(pia)
    activate(client)
    client.post("/sign-in/2fa/recovery-codes/generate/")
    client.post("/sign-in/2fa/totp/deactivate/")
    kinds = [kind for kind, _data in told_of(pia)]
    assert kinds == [
        "person.signed_in",
        *["person.second_factor_added"] * 2,
        *["person.second_factor_removed", "person.second_factor_added"],
        *["person.second_factor_removed"] * 2,
    ]
    assert not Authenticator.objects.filter(user=pia, type="totp").exists()


def test_factors_change_only_for_who_gave_the_password_again(cast: Cast) -> None:
    client = browser_of(cast.people["pia"])
    for path in (ACTIVATE, "/sign-in/2fa/recovery-codes/generate/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.headers["location"].startswith("/sign-in/reauthenticate/")


def test_a_session_from_before_does_not_become_the_signed_in_one(cast: Cast) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["ofrecord_session"] = planted = str(session.session_key)
    assert enter(client, with_password(cast.people["pia"])).status_code == 302
    assert client.cookies["ofrecord_session"].value != planted
    other = Client()
    other.cookies["ofrecord_session"] = planted
    assert not is_in(other)


def test_other_sessions_are_listed_and_ended(cast: Cast) -> None:
    pia = cast.people["pia"]
    here, there, stranger = browser_of(pia), browser_of(pia), browser_of(cast.people["bo"])
    assert len(here.get("/sign-in/sessions/").context["sessions"]) == 2
    here.post("/sign-in/sessions/")
    assert is_in(here)
    assert not is_in(there)
    assert is_in(stranger)
    kind, data = told_of(pia)[-1]
    assert (kind, data["count"]) == ("person.sessions_ended", 1)


def test_when_a_session_was_last_used_is_written_once_a_minute(cast: Cast) -> None:
    client = browser_of(cast.people["pia"])
    signed_in = UserSession.objects.get().last_seen_at
    client.get("/sign-in/sessions/")
    assert UserSession.objects.get().last_seen_at == signed_in
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        client.get("/sign-in/sessions/", headers={"user-agent": "Another"}, REMOTE_ADDR="192.0.2.9")
        seen = UserSession.objects.get()
        assert (seen.last_seen_at, seen.ip, seen.user_agent) == (
            timezone.now(),
            "192.0.2.9",
            "Another",
        )


def test_a_disabled_person_is_out_at_the_next_request(cast: Cast) -> None:
    pia = cast.people["pia"]
    client = browser_of(pia)
    pia.is_active = False
    pia.save(update_fields=["is_active"])
    assert not is_in(client)
    assert client.get("/").headers["location"] == LOGIN
    enter(again := Client(), pia)
    assert not is_in(again)


def test_a_new_password_ends_the_other_sessions(cast: Cast) -> None:
    pia = cast.people["pia"]
    here, there = browser_of(pia), browser_of(pia)
    answer = here.post(
        "/sign-in/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "eight larks rose up",
            "password2": "eight larks rose up",
        },
    )
    assert answer.status_code == 302, answer.content
    assert is_in(here)
    assert not is_in(there)
    assert told_of(pia)[-1][0] == "person.password_changed"


def test_a_weak_new_password_is_refused(cast: Cast) -> None:
    here = browser_of(cast.people["pia"])
    for weak in ("short", "password1234", "pia@example.com"):
        answer = here.post(
            "/sign-in/password/change/",
            {"oldpassword": PASSWORD, "password1": weak, "password2": weak},
        )
        assert answer.status_code == 200
        assert is_in(here)


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "javascript:alert(1)",
        "/\\elsewhere.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_sign_in(cast: Cast, target: str) -> None:
    client = Client()
    pia = with_password(cast.people["pia"])
    answer = client.post(LOGIN, {"login": pia.email, "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert answer.headers["location"] == "/"


def test_one_goes_on_where_one_wanted_to(cast: Cast) -> None:
    client = Client()
    pia = with_password(cast.people["pia"])
    wanted = client.get("/console/").headers["location"]
    assert wanted == f"{LOGIN}?next=/console/"
    answer = client.post(wanted, {"login": pia.email, "password": PASSWORD, "next": "/console/"})
    assert answer.headers["location"] == "/console/"


def test_after_sign_in_the_pages_speak_the_persons_language(cast: Cast, settings: object) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # type: ignore[attr-defined]  # pytest-django's
    pia, sam = cast.people["pia"], cast.people["sam"]
    pia.language, sam.language = "de", "xx"
    pia.save()
    assert browser_of(pia).cookies["django_language"].value == "de"
    assert "django_language" not in browser_of(sam).cookies


def test_there_is_no_sign_up_and_no_second_address(cast: Cast) -> None:
    client = browser_of(cast.people["pia"])
    for path in ("/sign-in/email/", "/sign-in/confirm-email/", "/sign-in/confirm-email/x/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"action_add": "", "email": "boss@example.com"}).status_code == 404
    form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/sign-in/signup/", form)
    assert not type(cast.people["pia"]).objects.filter(email="new@example.com").exists()
