"""Somebody who left is out at once, and stays out."""

import subprocess
import sys

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery.models import Letter
from ofrecord.delivery.posting import post
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.models import Role
from ofrecord.parties.refusals import Refused
from tests.cast import Cast
from tests.databases import Copy
from tests.security.people import (
    LOGIN,
    MFA,
    RESET,
    activate,
    browser_of,
    code,
    enter,
    is_in,
    told_of,
)

OPERATOR = Actor.system("cli")


def test_who_is_disabled_is_out_at_the_next_request_and_everywhere(cast: Cast) -> None:
    pia = cast.people["pia"]
    browsers = [browser_of(pia), browser_of(pia)]
    disable_person(pia.email, by=OPERATOR)
    assert not any(is_in(each) for each in browsers)
    enter(again := Client(), pia)
    assert not is_in(again)
    assert told_of(pia)[-1][0] == "person.disabled"
    assert told_of(pia)[-1][1]["sessions"] == 2


def test_to_be_enabled_again_brings_no_session_back(cast: Cast) -> None:
    pia, sam = cast.people["pia"], cast.people["sam"]
    client, other = browser_of(pia), browser_of(sam)
    disable_person(pia.email, by=OPERATOR)
    pia.refresh_from_db()
    pia.is_active = True
    pia.save(update_fields=["is_active"])
    assert not is_in(client)
    assert is_in(other)
    assert Session.objects.filter(session_key=client.cookies["ofrecord_session"].value).count() == 0


def test_who_is_disabled_gets_no_letters(cast: Cast) -> None:
    reference = cast.contract()
    cast.submit(reference, by="sam")
    disable_person("pia@example.com", by=OPERATOR)
    post(addresses)
    with seeing(OPERATOR):
        to_pia = Letter.objects.get(person_id=cast.people["pia"].pk)
        to_sam = Letter.objects.get(person_id=cast.people["sam"].pk)
    assert (to_pia.state, to_sam.state) == ("withheld", "sent")


def test_only_an_administrator_disables(cast: Cast) -> None:
    for name in ("pia", "opal", "aude", "lou"):
        with pytest.raises(Refused) as refused:
            disable_person("sam@example.com", by=cast.actor(name))
        assert refused.value.code == "not_permitted"


@pytest.mark.parametrize("times", [1, 2])
def test_each_refusal_has_its_name(cast: Cast, times: int) -> None:
    email = "nobody@example.com" if times == 1 else "pia@example.com"
    if times == 2:
        disable_person(email, by=OPERATOR)
    with pytest.raises(Refused) as refused:
        disable_person(email, by=OPERATOR)
    assert refused.value.code == {1: "person_unknown", 2: "person_disabled"}[times]


def test_who_loses_a_role_sees_nothing_more_at_the_next_request(cast: Cast) -> None:
    lou = cast.people["lou"]
    client = browser_of(lou)
    assert client.get("/desk/").status_code == 200
    with seeing(OPERATOR):
        Role.objects.filter(person=lou).delete()
    assert client.get("/desk/").status_code == 403


@pytest.mark.slow
def test_an_operator_disables_somebody_at_the_terminal(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    def ends_with(email: str) -> int:
        command = [sys.executable, "-m", "ofrecord", "person", "disable", email]
        return subprocess.run(command, env=fresh_database.env, capture_output=True).returncode

    client = browser_of(fresh_cast.people["pia"])
    assert ends_with("pia@example.com") == 0
    assert not is_in(client)
    assert ends_with("pia@example.com") == 3
    assert ends_with("nobody@example.com") == 3


@pytest.mark.slow
def test_after_all_that_people_do_with_their_sign_in_the_journal_is_whole(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    pia, sam = fresh_cast.people["pia"], fresh_cast.people["sam"]
    seed = activate(browser_of(pia))
    for email in (pia.email, "nobody@example.com"):
        Client().post(LOGIN, {"login": email, "password": "not it at all"})
        Client().post(RESET, {"email": email})
    client = Client()
    enter(client, pia)
    for shown in ("000000", code(seed)):
        client.post(MFA, {"code": shown})
    client.post("/sign-in/sessions/")
    client.post("/sign-in/logout/")
    browser_of(sam)
    disable_person(sam.email, by=OPERATOR)
    command = [sys.executable, "-m", "ofrecord", "verify"]
    ran = subprocess.run(command, env=fresh_database.env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert len(told_of(pia)) >= 7
