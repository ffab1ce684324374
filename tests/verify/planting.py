"""Planting violations past every guard, and seeing which invariants report them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from psycopg.conninfo import conninfo_to_dict

from ofrecord.cli.verify import verify
from tests.cast import Cast
from tests.databases import Copy


@dataclass(frozen=True)
class Book:
    """What the plants speak of: references of agreements and numbers of changes."""

    cast: Cast
    names: dict[str, Any]


@contextmanager
def superuser(database: Copy) -> Iterator[None]:
    """The connection is a superuser's meanwhile."""
    given = conninfo_to_dict(database.admin_url)
    with pytest.MonkeyPatch.context() as patch:
        connections.close_all()
        own = connections.settings["default"]
        patch.setitem(own, "USER", given.get("user", ""))
        patch.setitem(own, "PASSWORD", given.get("password", ""))
        yield
        connections.close_all()


@contextmanager
def planted(book: Book, *statements: str) -> Iterator[None]:
    """The book with something wrong in it, as the runtime role finds it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for sql in statements:
            known = {name: value for name, value in book.names.items() if f"%({name})s" in sql}
            cursor.execute(sql, known or None)
            assert cursor.rowcount != 0, f"nothing was planted by {sql}"
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(f"SET LOCAL ROLE {settings.RUNTIME_ROLE}")
        yield
        transaction.set_rollback(True)


def offended() -> set[str]:
    return {each.name for each in verify(samples=5_000) if each.violations}
