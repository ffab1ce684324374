"""Bringing the database up to date, as its owner, one process at a time."""

import pkgutil
import sys
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ProgrammingError
from psycopg import sql

from ofrecord.cli import embedded
from ofrecord.cli.databases import django_database
from ofrecord.cli.environment import SettingError, text

_LOCK = 0x0F_5EC0_8D


def migrate(*, verbosity: int = 1) -> bool:
    """Apply what is not applied yet; False when there was nothing to do."""
    if not pending("default"):
        return False
    owner_url = _owner_url()
    with psycopg.connect(owner_url, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _admit_runtime_role(guard)
        _connect_as_owner(owner_url)
        if not pending("owner"):
            return False
        with redirect_stdout(sys.stderr):
            call_command("createcachetable", database="owner", verbosity=verbosity)
            call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
        connections["owner"].close()
    return True


def pending(alias: str) -> bool:
    """Whether a migration on disk is not applied; reads names only, so every command can ask."""
    try:
        applied = MigrationRecorder(connections[alias]).applied_migrations()
    except ProgrammingError:
        return True
    return any(migration not in applied for migration in _on_disk())


def _on_disk() -> list[tuple[str, str]]:
    found = []
    for app in apps.get_app_configs():
        if (Path(app.path) / "migrations").is_dir():
            package = import_module(f"{app.name}.migrations")
            names = [module.name for module in pkgutil.iter_modules(package.__path__)]
            found += [(app.label, name) for name in names if name[0] not in "_~"]
    return found


def _owner_url() -> str:
    if not text("DATABASE_URL"):
        return embedded.addresses().owner_url
    if not text("DATABASE_OWNER_URL"):
        raise SettingError("DATABASE_OWNER_URL must be set to migrate the database.")
    return text("DATABASE_OWNER_URL")


def _admit_runtime_role(owner: psycopg.Connection) -> None:
    """What the owner makes from now on may be used by the runtime role; migrations take away."""
    runtime = sql.Identifier(str(connections["default"].settings_dict["USER"]))
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {runtime}",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {runtime}",
        "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {runtime}",
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO {runtime}",
    ):
        owner.execute(sql.SQL(statement).format(runtime=runtime))


def _connect_as_owner(url: str) -> None:
    """Give Django a connection named `owner` to the same database."""
    connections.settings["owner"] = {
        **connections["default"].settings_dict,
        **django_database("DATABASE_OWNER_URL", url),
    }
