"""The embedded PostgreSQL: there when a command needs it, gone with its last user.

A user is a process that holds a shared lock on one file, so the operating system itself counts
them, however they end. The keeper (`keeper.py`) runs the server for as long as that lock is held.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from ofrecord.cli import cluster
from ofrecord.cli.home import home, key

OWNER = "ofrecord_owner"
RUNTIME = "ofrecord_runtime"
DATABASE = "ofrecord"
_SLOWEST_START = 300.0

_holding: dict[Path, int] = {}


@dataclass(frozen=True)
class Database:
    """One database, as the role that owns it and as the role that serves from it."""

    owner_url: str
    runtime_url: str


class EmbeddedError(Exception):
    """The embedded server could not be brought up; its text says why."""


def addresses(database: str = DATABASE) -> Database:
    """Where the embedded database is, whether it runs or not."""
    return Database(
        owner_url=_url(OWNER, key("database_owner_password"), database),
        runtime_url=_url(RUNTIME, key("database_runtime_password"), database),
    )


def ensure() -> Database:
    """Bring the embedded database up and hold it until this process ends."""
    home().mkdir(parents=True, exist_ok=True, mode=0o711)
    with _one_at_a_time():
        _hold()
        cluster.initialize(home())
        _start_keeper()
        _await_server()
        _prepare()
    return addresses()


def let_go(patience: float = 10.0) -> None:
    """Stop being a user; where nobody else is one, wait until the server has stopped."""
    if (own := _holding.pop(home(), None)) is None:
        return
    os.close(own)
    deadline = time.monotonic() + patience
    with (home() / "keeper.lock").open("w") as alive:
        while time.monotonic() < deadline and not _used_by_others() and not _free(alive):
            time.sleep(0.05)


def _used_by_others() -> bool:
    """A keeper that stops the server holds the lock alone; others who use it share it."""
    with (home() / "users.lock").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return not _free(users)


def superuser_url(database: str = "postgres") -> str:
    """Only the account that runs the server gets in; used to make roles and databases."""
    return _url("postgres", "", database)


def _url(user: str, password: str, database: str) -> str:
    secret = f":{quote(password, safe='')}" if password else ""
    host = quote(str(_sockets()), safe="")
    return f"postgresql://{user}{secret}@/{quote(database)}?host={host}"


def _sockets() -> Path:
    """A socket's path is limited to some 100 bytes; a deep home keeps its socket elsewhere."""
    inside = home() / "run"
    if len(os.fsencode(inside)) < 80:
        return inside
    name = hashlib.sha256(os.fsencode(home())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"ofrecord-{name}"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (home() / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _hold() -> None:
    """Count this process as a user; waits while a server without users is being stopped."""
    if home() in _holding:
        return
    lock = os.open(home() / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    _holding[home()] = lock


def _start_keeper() -> None:
    """Start the keeper unless one is alive; it inherits the lock that says so."""
    with (home() / "keeper.lock").open("w") as lock:
        if not _free(lock):
            return
        (home() / "keeper.log").touch(mode=0o600)
        words = [str(home()), str(_sockets()), str(lock.fileno())]
        with (home() / "keeper.log").open("a") as log:
            subprocess.run(
                [sys.executable, "-m", "ofrecord.cli.keeper", *words],
                check=True,
                pass_fds=(lock.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
            )


def _free(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _await_server() -> None:
    deadline = time.monotonic() + _SLOWEST_START
    while not _answers():
        with (home() / "keeper.lock").open("w") as lock:
            if _free(lock) or time.monotonic() > deadline:
                raise EmbeddedError(
                    "The embedded PostgreSQL did not start. Its log is in "
                    f"{home() / 'postgres.log'}:\n{_last_lines()}"
                )
        time.sleep(0.05)


def _answers() -> bool:
    try:
        psycopg.connect(superuser_url(), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _last_lines() -> str:
    logs = [home() / "keeper.log", home() / "postgres.log"]
    lines = [line for log in logs if log.exists() for line in log.read_text().splitlines()[-6:]]
    return "\n".join(lines)


def _prepare() -> None:
    """Make the two roles and the database, once; a half-done attempt is simply done again."""
    done = home() / "postgres" / "ofrecord_prepared"
    if done.exists():
        return
    with psycopg.connect(superuser_url(), autocommit=True) as connection:
        make_role(connection, OWNER, key("database_owner_password"))
        make_role(connection, RUNTIME, key("database_runtime_password"))
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            make_database(connection, DATABASE)
    done.touch()


def make_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    connection.execute(
        sql.SQL(
            "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
            " PASSWORD {password}"
        ).format(
            verb=sql.SQL("ALTER" if known else "CREATE"),
            role=sql.Identifier(role),
            password=sql.Literal(password),
        )
    )


def make_database(
    connection: psycopg.Connection,
    name: str,
    template: str = "template0",
    *,
    owner: str = OWNER,
    runtime: str = RUNTIME,
) -> None:
    """A database of the owner's, to which nobody but the two roles may connect."""
    names = {
        "name": sql.Identifier(name),
        "owner": sql.Identifier(owner),
        "runtime": sql.Identifier(runtime),
        "template": sql.Identifier(template),
    }
    for statement in (
        "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}",
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {runtime}",
    ):
        connection.execute(sql.SQL(statement).format(**names))
