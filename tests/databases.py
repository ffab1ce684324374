"""Databases for tests: one server, one migrated template, as many copies as are asked for."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from ofrecord.cli import embedded, home

ROOT = Path(__file__).resolve().parents[1]
OWNER = "ofrecord_test_owner"
RUNTIME = "ofrecord_test_runtime"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


@dataclass(frozen=True)
class Copy:
    """One database with its addresses, for connections of a test's own and for subprocesses."""

    name: str
    url: str
    owner_url: str
    admin_url: str

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process that works on this database."""
        return {**os.environ, "DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.owner_url}


@dataclass(frozen=True)
class Server:
    admin_url: str

    @classmethod
    def bring_up(cls) -> "Server":
        """The server named by the environment, else an embedded one without fsync."""
        home.home().mkdir(parents=True, exist_ok=True)
        if given := os.environ.get("OFRECORD_TEST_SERVER_URL"):
            server = cls(given)
        else:
            (home.home() / "postgres.json").write_text(json.dumps(FAST))
            embedded.ensure()
            server = cls(embedded.superuser_url())
        with server._alone(), server._admin() as connection:
            embedded.make_role(connection, OWNER, home.key("test_owner_password"))
            embedded.make_role(connection, RUNTIME, home.key("test_runtime_password"))
        return server

    def database(self, name: str) -> Copy:
        owner, runtime = home.key("test_owner_password"), home.key("test_runtime_password")
        return Copy(
            name=name,
            url=make_conninfo(self.admin_url, dbname=name, user=RUNTIME, password=runtime),
            owner_url=make_conninfo(self.admin_url, dbname=name, user=OWNER, password=owner),
            admin_url=make_conninfo(self.admin_url, dbname=name),
        )

    def copy_template(self, name: str) -> Copy:
        """A new database, migrated and empty."""
        with self._alone():
            template = self._template()
            self._create(name, template)
        return self.database(name)

    def drop(self, name: str) -> None:
        with self._admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def sweep(self) -> None:
        """Drop what runs that were killed have left."""
        with self._admin() as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_'")
            names = [str(name) for (name,) in rows]
        for name in names:
            if not psutil.pid_exists(int(name.split("_")[1])):
                self.drop(name)

    def _template(self) -> str:
        """The template that fits the migrations as they are on disk, made if need be."""
        name = f"template_{_migrations_digest()}"
        with self._admin() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone():
                return name
        draft = f"draft_{name}"
        self.drop(draft)
        self._create(draft, "template0")
        subprocess.run(
            [sys.executable, "-m", "ofrecord", "migrate"],
            env=self.database(draft).env,
            check=True,
            capture_output=True,
        )
        with self._admin() as connection:
            names = {"draft": sql.Identifier(draft), "name": sql.Identifier(name)}
            connection.execute(sql.SQL("ALTER DATABASE {draft} RENAME TO {name}").format(**names))
        return name

    def _create(self, name: str, template: str) -> None:
        with self._admin() as connection:
            embedded.make_database(connection, name, template, owner=OWNER, runtime=RUNTIME)

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.admin_url, autocommit=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (home.home() / "tests.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _migrations_digest() -> str:
    digest = sha256()
    for file in sorted((ROOT / "src").rglob("migrations/**/*")):
        if file.suffix in {".py", ".sql"}:
            digest.update(str(file).encode() + file.read_bytes())
    for package in sorted(f"{found.name} {found.version}" for found in distributions()):
        digest.update(package.encode())
    return digest.hexdigest()[:16]
