"""What people do to sign in, for the page of the events."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import add_person
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.enable_person import enable_person
from ofrecord.parties.set_password import set_password

ADMIN, OPERATIONS = "ines.moreau@willow-stone.example", "omar.reed@larkfield.example"
FIRST, SECOND = "slow-river-lantern-7", "slow-river-lantern-8"


def come(terminal: Actor) -> None:
    """Somebody is added at the vendor; the admin of the account gets a password."""
    add_person(OPERATIONS, "Omar Reed", belongs_to="vendor", role="operations", by=terminal)
    set_password(ADMIN, FIRST, by=terminal)


def sign_in() -> None:
    """The admin signs in at the second try, looks after the account, and signs out."""
    browser = Client()
    browser.post(reverse("account_login"), {"login": ADMIN, "password": "guessed"})
    for each in (Client(), browser):
        _went_on(each.post(reverse("account_login"), {"login": ADMIN, "password": FIRST}))
    _went_on(browser.post(reverse("usersessions_list")))
    _second_factor(browser)
    changed = {"oldpassword": FIRST, "password1": SECOND, "password2": SECOND}
    _went_on(browser.post(reverse("account_change_password"), changed))
    _went_on(browser.post(reverse("account_logout")))


def leave(terminal: Actor) -> None:
    disable_person(OPERATIONS, by=terminal)
    enable_person(OPERATIONS, by=terminal)
    disable_person(OPERATIONS, by=terminal)


def _second_factor(browser: Client) -> None:
    _went_on(browser.post(reverse("account_reauthenticate"), {"password": FIRST}))
    browser.get(reverse("mfa_activate_totp"))
    seed, now = browser.session[SECRET_SESSION_KEY], int(time.time()) // 30
    code = format_hotp_value(hotp_value(seed, now))
    _went_on(browser.post(reverse("mfa_activate_totp"), {"code": code}))
    _went_on(browser.post(reverse("mfa_deactivate_totp")))


def _went_on(answer: Any) -> None:
    assert answer.status_code == 302, answer.content.decode()
