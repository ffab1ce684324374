"""What the demo keeps in the home of the installation, beside the database."""

import fcntl
import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from ofrecord.cli import embedded
from ofrecord.cli.environment import text
from ofrecord.cli.home import home

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST_PORT = 8000
_PORTS = 100
_LOCK = "lock"


class CannotStart(Exception):
    """The demo cannot start; the text says why and what to do, once Django can translate it."""

    def __init__(self, sentence: "StrOrPromise", **given: object) -> None:
        super().__init__(sentence)
        self._sentence, self._given = sentence, given

    def __str__(self) -> str:
        return str(self._sentence) % self._given


def directory() -> Path:
    """`demo` in the home of the installation."""
    return home() / "demo"


@contextmanager
def alone() -> Iterator[None]:
    """One demo at a time in a home."""
    directory().mkdir(parents=True, exist_ok=True)
    with (directory() / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            url = remembered().get("url", "")
            words = _("The demo of %(home)s is running already: %(url)s")
            raise CannotStart(words, home=home(), url=url) from None
        yield


def remembered() -> dict[str, Any]:
    """What the demo wrote down when it was last here; empty the first time."""
    file = directory() / "state.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


def remember(**more: Any) -> None:
    draft = directory() / "state.json.draft"
    draft.write_text(json.dumps({**remembered(), **more}))
    draft.replace(directory() / "state.json")


def start_over() -> None:
    """Make the database anew and forget what the demo kept; nothing outside of this home.

    A book that the demo did not load is never thrown away.
    """
    if text("DATABASE_URL"):
        raise CannotStart(_("--fresh works on the embedded database only: unset DATABASE_URL."))
    embedded.ensure()
    if not remembered() and _holds_a_book():
        words = _("%(home)s holds a book that is not the demo's. Choose another OFRECORD_HOME.")
        raise CannotStart(words, home=home())
    name = sql.Identifier(embedded.DATABASE)
    with psycopg.connect(embedded.superuser_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        embedded.make_database(connection, embedded.DATABASE)
    for kept in directory().iterdir():
        if kept.is_dir():
            shutil.rmtree(kept)
        elif kept.name != _LOCK:
            kept.unlink()


def _holds_a_book() -> bool:
    with psycopg.connect(embedded.superuser_url(embedded.DATABASE)) as connection:
        known = connection.execute("SELECT to_regclass('account')").fetchone()
        if known is None or known[0] is None:
            return False
        return connection.execute("SELECT FROM account LIMIT 1").fetchone() is not None


def choose_port(wanted: int | None) -> int:
    """The port asked for, else the first free one from 8000 on.

    A demo that has just ended may hold it for a moment, so it is asked for a few times.
    """
    preferred = wanted or FIRST_PORT
    if _soon_free(preferred):
        return preferred
    if wanted:
        words = _("Port %(port)s is taken. Choose another one, or leave --port out.")
        raise CannotStart(words, port=wanted)
    for port in range(FIRST_PORT + 1, FIRST_PORT + _PORTS):
        if is_free(port):
            return port
    raise CannotStart(_("No port is free. Choose one with --port."))


def _soon_free(port: int) -> bool:
    for _try in range(10):
        if is_free(port):
            return True
        time.sleep(0.1)
    return False


def is_free(port: int) -> bool:
    """Whether nobody listens at this port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
