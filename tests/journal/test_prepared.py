"""Statements that are planned once for each connection."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, IntegrityError, connection

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


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("bigint", [1, None, -(2**40)]),
        ("text", ["", None, "NULL", 'a "b" {c},d', "back\\slash", "line\nand\ttab", "Ä→語", "{}"]),
        ("boolean", [True, False, None]),
        ("bytea", [b"", b"\x00\xff\\", None]),
        ("uuid", [UUID(int=7), None]),
        ("timestamptz", [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), None]),
        ("date", [date(2026, 2, 28), None]),
        ("text", []),
    ],
)
def test_a_list_arrives_as_it_is(kind: str, column: list[Any]) -> None:
    with prepared() as cursor:
        cursor.execute(f"SELECT each FROM unnest(%s::{kind}[]) AS each", [column])
        assert [each for (each,) in cursor.fetchall()] == column


def test_a_list_takes_its_type_from_its_place() -> None:
    with prepared() as cursor:
        cursor.execute("SELECT 5::bigint = ANY (%s), 'b' = ANY (%s)", [[4, 5], ["a"]])
        assert cursor.fetchone() == (True, False)


def test_a_text_with_a_nul_is_refused_and_not_cut() -> None:
    with pytest.raises(DataError), prepared() as cursor:
        cursor.execute("SELECT %s::text[]", [["cut\x00here"]])
