"""Simulate: what other terms would do to the whole book today, by the rules themselves."""

from dataclasses import dataclass, fields
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from ofrecord.changes import facts
from ofrecord.rules import rule
from ofrecord.rules.policy import Terms

DRAFTED = "drafted_"


class TookTooLong(Exception):
    """The book is too large to be counted while somebody waits."""


@dataclass(frozen=True)
class Simulation:
    """How many agreements there are, could be changed today, could be with the other terms,
    could only with those, and could no more."""

    agreements: int
    before: int
    after: int
    gained: int
    lost: int

    def as_data(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def counted(terms: Terms, *, seconds: float = 0) -> tuple[int, int]:
    """How many agreements there are, and how many could be changed today by those who may.

    Raises TookTooLong after `seconds`. Call it inside `parties.context.seeing`.
    """
    refuses = rule.refuses_sql(terms.judged_by["request"])
    query = _AVAILABLE.format(facts=facts.FACTS, refuses=refuses)
    agreements, available = _in_time(query, facts.parameters(terms), seconds)
    return agreements, available


def simulate(before: Terms, after: Terms, *, seconds: float = 0) -> Simulation:
    """Judge every agreement by both terms, in one query; who asks for a change is left out.

    Raises TookTooLong after `seconds`; with 0 it takes as long as it takes. Call it inside
    `parties.context.seeing`.
    """
    refuses = [rule.refuses_sql(terms.judged_by["request"]) for terms in (before, after)]
    for field in fields(Terms):
        refuses[1] = refuses[1].replace(f"%({field.name})s", f"%({DRAFTED}{field.name})s")
    drafted = {f"{DRAFTED}{name}": given for name, given in facts.parameters(after).items()}
    query = _COUNTED.format(facts=facts.FACTS, before=refuses[0], after=refuses[1])
    return Simulation(*_in_time(query, {**facts.parameters(before), **drafted}, seconds))


def _in_time(query: str, asked: dict[str, Any], seconds: float) -> tuple[int, ...]:
    try:
        return _counted(query, asked, seconds)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise


def _counted(query: str, asked: dict[str, Any], seconds: float) -> tuple[int, ...]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (usual,) = cursor.fetchone()
        _give_up_after(f"{seconds * 1000:.0f}ms")
        cursor.execute(query, asked)
        (found,) = cursor.fetchall()
        _give_up_after(usual)
    return tuple(found)


def _give_up_after(timeout: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [timeout])


_COUNTED = """
SELECT count(*), count(*) FILTER (WHERE NOT judged.before),
       count(*) FILTER (WHERE NOT judged.after),
       count(*) FILTER (WHERE judged.before AND NOT judged.after),
       count(*) FILTER (WHERE NOT judged.before AND judged.after)
  FROM (SELECT {before} AS before, {after} AS after FROM ({facts}) AS f) AS judged
"""
_AVAILABLE = """
SELECT count(*), count(*) FILTER (WHERE NOT judged.refused)
  FROM (SELECT {refuses} AS refused FROM ({facts}) AS f) AS judged
"""
