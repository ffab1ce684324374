"""Settings: what cannot be used is refused in one sentence that names it."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ofrecord.cli.environment import SETTINGS
from ofrecord.cli.home import key
from tests.platform.conftest import Run

READ = "import django; django.setup(); from django.conf import settings as s; print({})"


def read(environment: dict[str, str], what: str, **given: str) -> str:
    """One Django setting as a new process has it, or the last line of its complaint."""
    done = subprocess.run(
        [sys.executable, "-c", READ.format(what)],
        env={**environment, "DJANGO_SETTINGS_MODULE": "ofrecord.settings", **given},
        capture_output=True,
        text=True,
    )
    return (done.stdout or done.stderr.strip().splitlines()[-1]).strip()


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("DATABASE_URL", "postgresql://host", "must name a user and a database"),
        ("DATABASE_URL", "mysql://a:b@c/d", "is not usable"),
        ("OFRECORD_ENV", "prod", "must be one of: development, production"),
        ("OFRECORD_TODAY", "2026-02-30", "must be a date, YYYY-MM-DD"),
        ("OFRECORD_TODAY", "20260228", "must be a date, YYYY-MM-DD"),
        ("OFRECORD_TIME_ZONE", "Mars/Olympus", "must be a zone such as"),
        ("OFRECORD_BASE_URL", "portal.example", "must start with http"),
        ("OFRECORD_BASE_URL", "http://host:99999", "must start with http"),
        ("OFRECORD_VENDOR_ACCENT", "red", "must be a colour"),
        ("OFRECORD_ACCOUNT_NUMBER_PATTERN", "[0-9", "is no pattern"),
        ("OFRECORD_LANGUAGES", "en,tlh", "no known language"),
        ("OFRECORD_SMTP_URL", "mail.example", "must start with smtp"),
        ("OFRECORD_MAIL_FROM", "nobody", "must hold an address"),
        ("OFRECORD_MAILBOX", "yes", "must be one of: true, false"),
        ("OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR", "-1", "must be a whole number"),
        ("OFRECORD_ENCRYPTION_KEY", "short", "must be 32 bytes"),
        ("OFRECORD_LOG_LEVEL", "LOUD", "must be one of"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    run: Run, name: str, value: str, complaint: str
) -> None:
    done = run("migrate", **{"DATABASE_URL": "postgresql://a:b@/c", name: value})
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(name)
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_complaint_about_a_secret_does_not_show_it(run: Run) -> None:
    done = run("migrate", OFRECORD_SMTP_URL="hunter2", DATABASE_URL="postgresql://a:b@/c")
    assert "OFRECORD_SMTP_URL" in done.stderr
    assert "hunter2" not in done.stderr


def test_nobody_moves_the_date_of_a_production_system(run: Run) -> None:
    done = run("migrate", OFRECORD_TODAY="2026-02-28", OFRECORD_ENV="production")
    assert done.returncode == 2
    assert done.stderr == "OFRECORD_TODAY must not be set when OFRECORD_ENV is production.\n"


def test_the_command_shows_every_setting_and_no_secret(run: Run) -> None:
    done = run("settings", OFRECORD_SECRET_KEY="not to be seen", OFRECORD_VENDOR_NAME="Acre")
    assert done.returncode == 0
    assert "not to be seen" not in done.stdout
    assert "OFRECORD_VENDOR_NAME=Acre" in done.stdout
    for setting in SETTINGS:
        assert f"{setting.name}=" in done.stdout
        assert setting.meaning in done.stdout


def test_cookies_and_headers_are_strict_where_the_address_is_https(
    environment: dict[str, str],
) -> None:
    strict = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0"
    assert read(environment, strict) == "False False False"
    assert read(environment, strict, OFRECORD_BASE_URL="https://a.example") == "True True True"


def test_production_answers_under_its_own_name_only(environment: dict[str, str]) -> None:
    hosts = read(
        environment,
        "s.ALLOWED_HOSTS",
        OFRECORD_ENV="production",
        OFRECORD_BASE_URL="https://a.example",
    )
    assert hosts == "['a.example']"


def test_a_given_secret_is_used_and_no_file_is_made(
    environment: dict[str, str], own_home: Path
) -> None:
    assert read(environment, "s.SECRET_KEY", OFRECORD_SECRET_KEY="mine") == "mine"
    assert not (own_home / "keys" / "secret_key").exists()


def test_key_files_are_for_their_owner_alone(environment: dict[str, str], own_home: Path) -> None:
    read(environment, "1")
    files = {file.name: file.stat().st_mode & 0o777 for file in (own_home / "keys").iterdir()}
    assert {"secret_key", "number_key", "encryption_key"} <= set(files)
    assert set(files.values()) == {0o600}
    assert (own_home / "keys").stat().st_mode & 0o777 == 0o700


def test_processes_that_need_a_key_at_once_get_the_same(
    environment: dict[str, str],
) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read(environment, "s.SECRET_KEY"), range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50


def test_a_key_that_was_made_stays(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFRECORD_HOME", str(own_home))
    made = key("sample", lambda: "first")
    assert (made, key("sample", lambda: "second")) == ("first", "first")
    assert [file.name for file in (own_home / "keys").iterdir()] == ["sample"]
