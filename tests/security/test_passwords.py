"""A forgotten password: the link, how long it works, and what is left of the letter."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery.posting import post
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast
from tests.security.people import (
    RESET,
    activate,
    browser_of,
    code,
    enter,
    is_in,
    letters,
    link_in,
    told_of,
    with_password,
)

NEW = {"password1": "eight larks rose up", "password2": "eight larks rose up"}


def asked(email: str) -> str:
    """The path of the link that somebody with this address was sent."""
    Client().post(RESET, {"email": email})
    return link_in(letters()[-1])


def use(client: Client, link: str) -> bool:
    """Open the link and choose a new password; whether that went through."""
    opened = client.get(link)
    if opened.status_code != 302:
        return False
    assert "set-password" in opened.headers["location"], "the key leaves the address bar"
    return bool(client.post(opened.headers["location"], NEW).status_code == 302)


def test_the_link_opens_once_and_ends_every_session(cast: Cast) -> None:
    pia = cast.people["pia"]
    there, link = browser_of(pia), asked(pia.email)
    assert use(client := Client(), link)
    assert not is_in(client), "the new password is still to be given, and the second factor"
    assert not is_in(there)
    assert enter(client, pia, NEW["password1"]).status_code == 302
    assert is_in(client)
    assert not use(Client(), link)
    assert [kind for kind, _data in told_of(pia)].count("person.password_changed") == 1


def test_the_link_works_for_an_hour(cast: Cast) -> None:
    pia = with_password(cast.people["pia"])
    link = asked(pia.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=True):
        assert not use(Client(), link)
    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=True):
        assert use(Client(), link)


def test_the_link_is_void_once_the_person_is_disabled(cast: Cast) -> None:
    pia = with_password(cast.people["pia"])
    link = asked(pia.email)
    pia.is_active = False
    pia.save(update_fields=["is_active"])
    assert not use(Client(), link)


def test_a_new_password_does_not_take_the_second_factor_away(cast: Cast) -> None:
    pia = cast.people["pia"]
    seed = activate(browser_of(pia))
    use(client := Client(), asked(pia.email))
    enter(client, pia, NEW["password1"])
    assert not is_in(client)
    client.post("/sign-in/2fa/authenticate/", {"code": code(seed)})
    assert is_in(client)


def test_the_link_leads_to_our_own_address_whatever_host_was_asked_for(
    cast: Cast, settings: object
) -> None:
    settings.OFRECORD_BASE_URL = "https://ours.example"  # type: ignore[attr-defined]  # pytest-django's
    pia = with_password(cast.people["pia"])
    Client().post(RESET, {"email": pia.email}, headers={"host": "localhost:666"})
    letter = letters()[-1]
    assert "https://ours.example/sign-in/password/reset/key/" in letter.text
    assert "https://ours.example/sign-in/password/reset/key/" in letter.html
    assert "666" not in letter.subject + letter.text + letter.html
    assert (
        Client().post(RESET, {"email": pia.email}, headers={"host": "evil.example"}).status_code
        == 400
    )


def test_the_letter_is_in_the_persons_language_and_waits_for_the_worker(cast: Cast) -> None:
    pia = with_password(cast.people["pia"])
    asked(pia.email)
    letter = letters()[-1]
    assert (letter.state, letter.person_id, letter.account_id) == ("waiting", pia.pk, None)
    assert letter.subject == "Your link to a new password"


@pytest.mark.parametrize("mailbox", [False, True])
def test_what_opens_an_account_is_not_kept_in_the_letter_that_was_sent(
    cast: Cast, settings: object, mailbox: bool
) -> None:
    settings.OFRECORD_MAILBOX = mailbox  # type: ignore[attr-defined]  # pytest-django's
    for email in (with_password(cast.people["pia"]).email, "nobody@example.com"):
        Client().post(RESET, {"email": email})
    assert post(addresses) == 2
    to_pia, to_nobody = letters()
    assert (to_pia.state, to_nobody.state) == ("sent", "withheld")
    assert to_pia.subject
    for letter in (to_pia, to_nobody):
        assert bool(letter.text) is bool(letter.html) is mailbox


def test_letters_of_acts_keep_their_words(cast: Cast) -> None:
    reference = cast.contract()
    cast.submit(reference)
    post(addresses)
    with seeing(Actor.system()):
        from ofrecord.delivery.models import Letter

        assert all(letter.text and letter.html for letter in Letter.objects.all())
        assert Letter.objects.filter(state="sent").exists()


def test_nobody_gets_a_second_address(cast: Cast) -> None:
    """The sign-in library has a table of addresses beside ours; it stays empty."""
    pia = cast.people["pia"]
    activate(browser_of(pia))
    use(Client(), asked(pia.email))
    assert not EmailAddress.objects.exists()
