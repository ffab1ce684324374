"""Statements that are planned once for each connection."""

import pytest
from django.db import IntegrityError, connection

from ofrecord.journal.prepared import prepared

pytestmark = pytest.mark.django_db

ADDED = "SELECT %s::int + %s::int"


def test_a_statement_is_prepared_once_whatever_its_values() -> None:
    with prepared() as cursor:
        for value in range(3):
            cursor.execute(ADDED, [value, 1])
            assert cursor.fetchone() == (value + 1,)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE statement = 'SELECT $1::int + $2::int'"
        )
        assert cursor.fetchall() == [(3,)]


def test_values_that_look_like_sql_stay_values() -> None:
    with prepared() as cursor:
        cursor.execute("SELECT %s::text", ["'; DROP TABLE event --"])
        assert cursor.fetchone() == ("'; DROP TABLE event --",)


def test_what_the_database_refuses_is_told_in_djangos_words() -> None:
    with pytest.raises(IntegrityError), prepared() as cursor:
        cursor.execute("INSERT INTO policy (version) VALUES (%s)", [None])


def test_other_statements_are_not_prepared() -> None:
    with prepared() as cursor:
        cursor.execute(ADDED, [1, 2])
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int * 7", [6])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%% * 7'")
        assert cursor.fetchone() == (0,)
