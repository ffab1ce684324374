"""Statements that are planned once for each connection."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from ofrecord.journal import prepared as prepared_module
from ofrecord.journal.prepared import execute_parts, fetch_parts, prepared

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
        ("uuid", [None, UUID(int=7)]),
        ("timestamptz", [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), None]),
        (
            "timestamptz",
            [datetime(1969, 7, 20, 20, 17, 40, 5, UTC), datetime.max.replace(tzinfo=UTC)],
        ),
        ("timestamptz", [datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))]),
        ("date", [date(2026, 2, 28)] * 3),
        ("boolean", [True, True]),
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


@pytest.mark.parametrize(("many", "sizes"), [(0, []), (3, [3]), (4, [1, 2, 1]), (9, [1, 2, 3, 3])])
def test_parts_are_small_at_one_end(
    many: int, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    few_in_parts(monkeypatch)
    everything = list(range(many))
    for small_last in (False, True):
        parts = list(prepared_module.in_parts(everything, small_last=small_last))
        assert [each for part in parts for each in part] == everything
        assert [len(part) for part in parts if part] == sizes[:: -1 if small_last else 1]


def test_what_is_found_in_parts_is_in_order_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    few_in_parts(monkeypatch)
    query = "SELECT id, repeat('x', 100000) AS text FROM unnest(%(ids)s::int[]) AS id"
    found = [row for rows in fetch_parts(query, {"ids": list(range(40))}) for row in rows]
    assert [row["id"] for row in found] == list(range(40))
    assert {len(row["text"]) for row in found} == {100_000}


def test_reading_in_parts_can_end_early(monkeypatch: pytest.MonkeyPatch) -> None:
    few_in_parts(monkeypatch)
    reading = fetch_parts("SELECT id FROM unnest(%(ids)s::int[]) AS id", {"ids": list(range(9))})
    assert next(reading) == [{"id": 0}]
    reading.close()
    with prepared() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("failing", [0, 1, 3])
def test_a_part_that_fails_is_told_as_it_is(failing: int) -> None:
    parts = ({"x": "x" * 500_000, "by": [0 if n == failing else 1]} for n in range(4))
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        execute_parts("SELECT length(%(x)s::text) / each FROM unnest(%(by)s::int[]) AS each", parts)
    with prepared() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_part_that_cannot_be_made_ends_the_rest() -> None:
    def parts() -> Iterator[dict[str, list[int]]]:
        yield {"by": [1]}
        raise LookupError

    with pytest.raises(LookupError):
        execute_parts("SELECT each FROM unnest(%(by)s::int[]) AS each", parts())
    with prepared() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_the_last_part_is_answered() -> None:
    parts = ({"by": [n]} for n in range(5))
    assert execute_parts("SELECT each FROM unnest(%(by)s::int[]) AS each", parts) == (4,)


def few_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, many in (("PART", 3), ("FEW", 1), ("WHOLE", 3)):
        monkeypatch.setattr(prepared_module, name, many)
