"""What browsers keep for us, and how they are told to keep it."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from tests.cast import Cast
from tests.security.people import browser_of

TOLD = """
import json, django
django.setup()
from django.conf import settings
names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE",
         "SECURE_HSTS_SECONDS", "ACCOUNT_DEFAULT_HTTP_PROTOCOL", "ALLOWED_HOSTS")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def told(**environment: str) -> dict[str, object]:
    """The settings of a process with this environment."""
    ran = subprocess.run(
        [sys.executable, "-c", TOLD],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(ran.stdout))


def test_over_https_cookies_never_travel_in_clear() -> None:
    known = told(OFRECORD_BASE_URL="https://partners.example", OFRECORD_ENV="production")
    assert known["SESSION_COOKIE_SECURE"] is True
    assert known["CSRF_COOKIE_SECURE"] is True
    assert known["LANGUAGE_COOKIE_SECURE"] is True
    assert known["SECURE_HSTS_SECONDS"] == 31_536_000
    assert known["ALLOWED_HOSTS"] == ["partners.example"]


def test_over_http_a_try_out_still_works() -> None:
    known = told(OFRECORD_BASE_URL="http://127.0.0.1:8000")
    assert known["SESSION_COOKIE_SECURE"] is False
    assert known["SECURE_HSTS_SECONDS"] == 0


@pytest.mark.parametrize("name", ["ofrecord_session", "ofrecord_csrf"])
def test_no_script_reads_a_cookie_and_no_other_site_sends_it(cast: Cast, name: str) -> None:
    cookie = browser_of(cast.people["pia"]).cookies[name]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["domain"] == ""


def test_a_form_without_its_token_does_nothing(cast: Cast) -> None:
    careless = Client(enforce_csrf_checks=True)
    form = {"login": "pia@example.com", "password": "x"}
    for path in (
        "/sign-in/login/",
        "/sign-in/password/reset/",
        "/switch/",
        "/theme/",
        "/language/",
    ):
        assert careless.post(path, form).status_code == 403
