"""The list of subscriptions and contracts: one row a subscription, or an agreement without one.

One flat query finds the rows of a page. The account is known before, so the planner walks one
of its indexes; pages are told apart by the key of their last row, never by an offset. Whether a
partner can be changed comes from the rules themselves: as a filter inside the query, and for
the rows of the page by `check_ids`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection

from ofrecord.changes import facts
from ofrecord.changes.check import Check, Standing, check_ids
from ofrecord.journal import clock
from ofrecord.portal.wanted import NO_PARTNER, Key, Wanted, place, token
from ofrecord.rules import policy, rule
from ofrecord.rules.policy import Terms

PAGE = 50
COUNTED = 1_000


@dataclass(frozen=True)
class Line:
    """One row: the agreement as checked, and the subscription under it, if any."""

    key: Key
    check: Check
    subscription_id: int | None
    subscription: str | None
    product: str
    seats: int | None
    ends_on: date

    @property
    def id(self) -> str:
        return f"{self.key[1]}-{self.key[2]}"

    @property
    def partners(self) -> tuple[Standing, ...]:
        """Who is partner of record of this row today."""
        now = self.check.facts["effective_at"]
        return tuple(
            each
            for each in self.check.standing
            if each.effective_from <= now
            and each.subscription_id in (None, self.subscription_id or each.subscription_id)
        )


@dataclass(frozen=True)
class Page:
    """Some rows, and where the pages before and after them begin ("" when there are none)."""

    lines: tuple[Line, ...]
    earlier: str
    later: str


@dataclass(frozen=True)
class Asked:
    """Whose list, and what is asked of it."""

    account_id: int
    person_id: int | None
    wanted: Wanted
    terms: Terms

    @classmethod
    def by(cls, account_id: int, person_id: int | None, wanted: Wanted) -> "Asked":
        return cls(account_id, person_id, wanted, policy.live())


def page(asked: Asked, size: int = PAGE) -> Page:
    """The rows that the address asks for. Call it inside `parties.context.seeing`."""
    start, end = place(asked.wanted.after), place(asked.wanted.before)
    backwards = end is not None and start is None
    rows = _rows(asked, end if backwards else start, backwards, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    lines = _lines(asked, rows)
    if not lines:
        return Page((), "", "")
    first, last = token(lines[0].key), token(lines[-1].key)
    earlier = first if (more if backwards else start is not None) else ""
    later = last if (backwards or more) else ""
    return Page(lines, earlier, later)


def count(asked: Asked) -> int:
    """How many rows there are, exact up to 1,000; 1,001 means more."""
    query = f"SELECT count(*) FROM (SELECT {_FROM} {{where}} LIMIT %(limit)s) AS counted"
    return int(_fetch(asked, query, None, False, COUNTED + 1)[0][0])


def references(asked: Asked, most: int) -> list[str]:
    """The references of the agreements that the filters leave, each once, at most `most`."""
    query = f"""
SELECT DISTINCT listed.reference {_FROM}
{{where}}
 ORDER BY listed.reference LIMIT %(limit)s"""
    return [row[0] for row in _fetch(asked, query, None, False, most)]


def every_line(asked: Asked, size: int = 500) -> Iterator[tuple[Line, ...]]:
    """All rows in the order of their end dates, in portions; the context has to be open."""
    plain = replace(asked.wanted, sort="end", after="", before="")
    while True:
        portion = page(replace(asked, wanted=plain), size)
        yield portion.lines
        if not portion.later:
            return
        plain = replace(plain, after=portion.later)


def _lines(asked: Asked, rows: list[tuple[Any, ...]]) -> tuple[Line, ...]:
    ids = list(dict.fromkeys(row[1] for row in rows))
    checks = check_ids(ids, partner=None, person=asked.person_id, terms=asked.terms) if ids else {}
    return tuple(
        Line((str(key), id, subscription or 0), checks[id], subscription, *rest)
        for key, id, subscription, *rest in rows
    )


def _rows(asked: Asked, start: Key | None, backwards: bool, limit: int) -> list[tuple[Any, ...]]:
    order = "DESC" if asked.wanted.descending != backwards else "ASC"
    key = _KEYS[asked.wanted.column]
    query = f"""
SELECT {key} AS key, listed.id, s.id, s.reference, coalesce(s.product, ''), s.seats,
       listed.ends_on
{_FROM}{_PARTNER_KEY if asked.wanted.column == "partner" else ""}
{{where}}
 ORDER BY {key} {order}, listed.id {order}, coalesce(s.id, 0) {order} LIMIT %(limit)s"""
    return _fetch(asked, query, start, backwards, limit)


def _fetch(
    asked: Asked, query: str, start: Key | None, backwards: bool, limit: int
) -> list[tuple[Any, ...]]:
    conditions, given = _conditions(asked)
    if start is not None:
        key = _KEYS[asked.wanted.column]
        beyond = "<" if asked.wanted.descending != backwards else ">"
        kind = "date" if asked.wanted.column == "end" else "text"
        conditions.append(f"{key} {beyond}= %(key)s::{kind}")
        conditions.append(
            f"({key}, listed.id, coalesce(s.id, 0)) {beyond}"
            f" (%(key)s::{kind}, %(key_agreement)s, %(key_subscription)s)"
        )
        given |= {"key": start[0], "key_agreement": start[1], "key_subscription": start[2]}
    where = "WHERE " + "\n   AND ".join(conditions)
    with connection.cursor() as cursor:
        cursor.execute(query.format(where=where), {**given, "limit": limit})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _conditions(asked: Asked) -> tuple[list[str], dict[str, Any]]:
    wanted, terms = asked.wanted, asked.terms
    given = facts.parameters(terms, person=asked.person_id) | {"account": asked.account_id}
    conditions = ["listed.account_id = %(account)s"]
    if wanted.q:
        conditions.append(_SEARCH)
        given |= {"words": _like(wanted.q.casefold()), "number": _like("".join(wanted.q.split()))}
    if wanted.partner:
        conditions.append(_NO_PARTNER if wanted.partner == NO_PARTNER else _OF_PARTNER)
        given |= {"partner_number": wanted.partner}
    if wanted.product:
        conditions.append("s.product = %(product)s")
        given |= {"product": wanted.product}
    if wanted.status:
        conditions.append(_STATUS[wanted.status])
    if wanted.expiring:
        conditions.append("listed.ends_on BETWEEN %(today)s::date AND %(expiring)s::date")
        given |= {"expiring": clock.today() + timedelta(days=int(wanted.expiring))}
    if wanted.eligibility:
        refuses = rule.refuses_sql(terms.judged_by["request"])
        negated = "NOT " if wanted.eligibility == "available" else ""
        conditions.append(f"EXISTS ({_JUDGED} AND {negated}{refuses})")
    return conditions, given


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


_KEYS = {
    "end": "listed.ends_on",
    "product": "coalesce(s.product_key, '')",
    "reference": "listed.reference",
    "partner": "coalesce(of_record.key, '')",
}
_FROM = """
  FROM agreement AS listed LEFT JOIN subscription AS s ON s.agreement_id = listed.id"""
_PARTNER_KEY = """
  LEFT JOIN (
       SELECT t.agreement_id, min(lower(partner.name)) AS key
         FROM tenure AS t JOIN partner ON partner.id = t.partner_id
        WHERE t.account_id = %(account)s AND t.superseded_at IS NULL
          AND t.effective_from <= %(effective_at)s
          AND (t.effective_until IS NULL OR t.effective_until > %(effective_at)s)
        GROUP BY t.agreement_id) AS of_record ON of_record.agreement_id = listed.id"""
_CURRENT = """
       SELECT t.agreement_id FROM tenure AS t JOIN partner ON partner.id = t.partner_id
        WHERE t.account_id = %(account)s AND t.superseded_at IS NULL
          AND t.effective_from <= %(effective_at)s
          AND (t.effective_until IS NULL OR t.effective_until > %(effective_at)s)"""
_OF_PARTNER = f"listed.id IN ({_CURRENT} AND partner.account_number = %(partner_number)s)"
_NO_PARTNER = f"NOT EXISTS ({_CURRENT} AND t.agreement_id = listed.id)"
_SEARCH = f"""(s.product_key LIKE %(words)s OR listed.reference LIKE %(number)s
        OR s.reference LIKE %(number)s
        OR listed.id IN ({_CURRENT} AND (lower(partner.name) LIKE %(words)s
                                    OR partner.account_number LIKE %(number)s)))"""
_STATUS = {
    "active": "listed.ends_on >= %(today)s::date",
    "expired": "listed.ends_on < %(today)s::date",
    "moving": """listed.id IN (SELECT c.agreement_id FROM partner_change AS c
                  WHERE c.account_id = %(account)s AND c.state IN
                        ('submitted', 'awaiting_consent', 'scheduled', 'applied'))""",
}
_JUDGED = f"""SELECT FROM (
{facts.FACTS} WHERE a.id = listed.id) AS f WHERE true"""
