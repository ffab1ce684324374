"""A real PostgreSQL for every test: a migrated template, copied for each worker.

One embedded server serves all workers and stays prepared between runs. `OFRECORD_TEST_SERVER_URL`
(a superuser's) names another server to use instead.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

os.environ["OFRECORD_HOME"] = str(
    Path(tempfile.gettempdir()) / f"ofrecord-tests-{sha256(str(ROOT).encode()).hexdigest()[:8]}"
)
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "src")])

# What a script starts in the background ignores interrupts, with all that it starts in its turn;
# tests interrupt what they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

from tests.databases import Copy, Server  # noqa: E402  # reads the environment set above

SERVER = Server.bring_up()
WORKERS = SERVER.database(f"test_{os.getpid()}")
os.environ.update(WORKERS.env)
_numbers = count(1)

from django.conf import settings  # noqa: E402  # reads the environment set above
from django.db import connections  # noqa: E402  # reads the settings named above

# A worker of pytest-xdist has read its settings already, with its parent's environment.
settings.DATABASES["default"]["NAME"] = WORKERS.name


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """This worker's copy of the template; the connection `default` is the runtime role."""
    SERVER.sweep()
    SERVER.copy_template(WORKERS.name)
    yield
    connections.close_all()
    SERVER.drop(WORKERS.name)


@contextmanager
def _own_database(blocker: DjangoDbBlocker) -> Iterator[Copy]:
    copy = SERVER.copy_template(f"{WORKERS.name}_{next(_numbers)}")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            patch.setenv(name, copy.env[name])
        connections.close_all()
        patch.setitem(connections.settings["default"], "NAME", copy.name)
        with blocker.unblock():
            yield copy
            connections.close_all()
    SERVER.drop(copy.name)


@pytest.fixture
def fresh_database(django_db_blocker: DjangoDbBlocker) -> Iterator[Copy]:
    """A database of the test's own, where commits, threads and processes are real.

    Django's connection `default` and the environment of subprocesses lead to it meanwhile.
    """
    with _own_database(django_db_blocker) as copy:
        yield copy


@pytest.fixture(scope="module")
def shared_database(django_db_blocker: DjangoDbBlocker) -> Iterator[Copy]:
    """A database for all tests of a module, which undo what they do to it."""
    with _own_database(django_db_blocker) as copy:
        yield copy


@pytest.fixture
def cast(db: None) -> "Cast":
    """The named cast, for one test; what happens to it is rolled back."""
    from tests.cast import Cast

    return Cast.enter()


@pytest.fixture
def fresh_cast(fresh_database: Copy) -> "Cast":
    """The named cast in a database of the test's own, where commits are real."""
    from tests.cast import Cast

    return Cast.enter()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Its library runs an event loop in this thread, where Django else refuses to work."""
    from tests.browsers import chromium

    with pytest.MonkeyPatch.context() as patch, chromium() as opened:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield opened


@pytest.fixture
def address(browser: "Browser", fresh_cast: "Cast") -> Iterator[str]:
    """Where a real browser finds the product, with the cast behind it."""
    from tests.browsers import served

    with served() as base:
        yield base


@pytest.fixture
def enter(browser: "Browser", address: str) -> Iterator[Callable[..., "Page"]]:
    """A page of somebody of the cast who has signed in with their password."""
    from ofrecord.parties.models import Person
    from tests.security.people import PASSWORD, with_password

    opened = []

    def signed_in(name: str, **context: Any) -> "Page":
        person = with_password(Person.objects.get(email=f"{name}@example.com"))
        still = {"reduced_motion": "reduce", **context}
        opened.append(browser.new_context(base_url=address, **still))
        page = opened[-1].new_page()
        page.goto("/")
        page.get_by_label("Email").fill(person.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        return page

    yield signed_in
    for context in opened:
        context.close()
