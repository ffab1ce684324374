"""A database that has no time is a passing thing, and answered as one."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.db import connection
from psycopg_pool import PoolTimeout

from ofrecord.api.routes import agreements
from tests.api.systems import Systems, said


def no_connection_is_free() -> NoReturn:
    with connection.wrap_database_errors:
        raise PoolTimeout("couldn't get a connection after 30.00 sec")


def it_takes_too_long() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(5)")


def the_line_is_cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.parametrize("fault", [no_connection_is_free, it_takes_too_long, the_line_is_cut])
def test_it_can_be_asked_again(
    fresh_systems: Systems, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Any]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(agreements, "agreement_rows", lambda *_given, **_named: fault())
        answer = fresh_systems.alder.get("/agreements")
    connection.close()
    assert (answer.status_code, said(answer)["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert fresh_systems.alder.get("/agreements").status_code == 200


def test_a_statement_that_is_wrong_is_our_mistake(
    systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_given: Any, **_named: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM agreement")

    monkeypatch.setattr(agreements, "agreement_rows", wrong)
    answer = systems.alder.get("/agreements")
    assert (answer.status_code, said(answer)["code"]) == (500, "server_error")
