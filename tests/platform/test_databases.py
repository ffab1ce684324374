"""The databases that the other tests stand on."""

import subprocess
import sys
from threading import Thread

import psycopg
import pytest
from django.db import connection

from tests.databases import RUNTIME, Copy


@pytest.mark.django_db
def test_the_connection_of_a_test_is_the_runtime_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (RUNTIME, False, False)


@pytest.mark.django_db
def test_the_runtime_role_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        )
        assert cursor.fetchone() == (0,)


def test_a_fresh_database_is_shared_by_threads_and_processes(fresh_database: Copy) -> None:
    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO cache VALUES ('from a thread', '', now())")
        connection.close()

    thread = Thread(target=write)
    thread.start()
    thread.join()
    told = "from django.db import connection as c; import django; django.setup()\n"
    told += "with c.cursor() as k: print(k.execute('SELECT cache_key FROM cache').fetchall())"
    seen = subprocess.run(
        [sys.executable, "-c", told], env=fresh_database.env, capture_output=True, text=True
    )
    assert seen.stdout == "[('from a thread',)]\n"


def test_the_next_fresh_database_is_empty(fresh_database: Copy) -> None:
    with psycopg.connect(fresh_database.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM cache").fetchone() == (0,)
