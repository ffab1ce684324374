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

from ofrecord.agreements.sorting import sort_key
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
    listed, given = _listed(asked)
    query = f"SELECT count(*) FROM (SELECT FROM {listed} LIMIT %(limit)s) AS counted"
    return int(_fetch(query, {**given, "limit": COUNTED + 1})[0][0])


def references(asked: Asked, most: int) -> list[str]:
    """The references of the agreements that the filters leave, each once, at most `most`."""
    listed, given = _listed(asked)
    query = f"SELECT DISTINCT reference FROM {listed} ORDER BY reference LIMIT %(limit)s"
    return [row[0] for row in _fetch(query, {**given, "limit": most})]


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
    direction = "DESC" if asked.wanted.descending != backwards else "ASC"
    order = f"ORDER BY key {direction}, id {direction}, place {direction}"
    listed, given = _listed(asked, start, backwards, order)
    query = f"""
SELECT key, id, subscription_id, subscription, product, seats, ends_on
  FROM {listed}
 {order} LIMIT %(limit)s"""
    return _fetch(query, {**given, "limit": limit})


def _listed(
    asked: Asked, start: Key | None = None, backwards: bool = False, order: str = ""
) -> tuple[str, dict[str, Any]]:
    """The rows that the filters leave, as a FROM item, and what it asks for.

    A search is cheaper than the rules and leaves little: OFFSET 0 has it done before they are
    asked.
    """
    wanted = asked.wanted
    conditions, given = _conditions(asked)
    if start is not None:
        beyond = "<" if wanted.descending != backwards else ">"
        kind, key = "date" if wanted.column == "end" else "text", _KEYS[wanted.column]
        conditions.append(f"{key} {beyond}= %(key)s::{kind}")
        conditions.append(
            f"({key}, agreement.id, coalesce(s.id, 0)) {beyond}"
            f" (%(key)s::{kind}, %(key_agreement)s, %(key_subscription)s)"
        )
        given |= {"key": start[0], "key_agreement": start[1], "key_subscription": start[2]}
    joined = _PARTNER_KEY if wanted.column == "partner" else ""
    where = "\n   AND ".join(conditions)
    rows = f"SELECT {_KEYS[wanted.column]} AS key, {_COLUMNS}{joined}\n WHERE {where}"
    if not wanted.eligibility:
        return f"({rows}) AS listed", given
    refuses = rule.refuses_sql(asked.terms.judged_by["request"])
    negated = "NOT " if wanted.eligibility == "available" else ""
    judged = f"EXISTS (SELECT FROM ({facts.FACTS} WHERE a.id = listed.id) AS f"
    first = f"{order} OFFSET 0" if wanted.q else ""
    return f"({rows} {first}) AS listed WHERE {judged} WHERE {negated}{refuses})", given


def _fetch(query: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _conditions(asked: Asked) -> tuple[list[str], dict[str, Any]]:
    wanted = asked.wanted
    given = facts.parameters(asked.terms, person=asked.person_id) | {"account": asked.account_id}
    conditions = ["agreement.account_id = %(account)s"]
    if wanted.q:
        conditions.append(_SEARCH)
        given |= {"product_words": _like(sort_key(wanted.q)), "words": _like(wanted.q.casefold())}
        given |= {"number": _like("".join(wanted.q.split()))}
    if wanted.partner:
        conditions.append(_NO_PARTNER if wanted.partner == NO_PARTNER else _OF_PARTNER)
        given |= {"partner_number": wanted.partner}
    if wanted.product:
        conditions.append("s.product = %(product)s")
        given |= {"product": wanted.product}
    if wanted.status:
        conditions.append(_STATUS[wanted.status])
    if wanted.expiring:
        conditions.append("agreement.ends_on BETWEEN %(today)s::date AND %(expiring)s::date")
        given |= {"expiring": clock.today() + timedelta(days=int(wanted.expiring))}
    return conditions, given


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


_KEYS = {
    "end": "agreement.ends_on",
    "product": "coalesce(s.product_key, '')",
    "reference": "agreement.reference",
    "partner": "coalesce(of_record.key, '')",
}
_COLUMNS = """agreement.id, agreement.reference, agreement.ends_on,
       s.id AS subscription_id, s.reference AS subscription, coalesce(s.product, '') AS product,
       s.seats, coalesce(s.id, 0) AS place
  FROM agreement LEFT JOIN subscription AS s ON s.agreement_id = agreement.id"""
_PARTNER_KEY = """
  LEFT JOIN (
       SELECT t.agreement_id, min(lower(partner.name)) AS key
         FROM tenure AS t JOIN partner ON partner.id = t.partner_id
        WHERE t.account_id = %(account)s AND t.superseded_at IS NULL
          AND t.effective_from <= %(effective_at)s
          AND (t.effective_until IS NULL OR t.effective_until > %(effective_at)s)
        GROUP BY t.agreement_id) AS of_record ON of_record.agreement_id = agreement.id"""
_CURRENT = """
       SELECT t.agreement_id FROM tenure AS t JOIN partner ON partner.id = t.partner_id
        WHERE t.account_id = %(account)s AND t.superseded_at IS NULL
          AND t.effective_from <= %(effective_at)s
          AND (t.effective_until IS NULL OR t.effective_until > %(effective_at)s)"""
_OF_PARTNER = f"agreement.id IN ({_CURRENT} AND partner.account_number = %(partner_number)s)"
_NO_PARTNER = f"NOT EXISTS ({_CURRENT} AND t.agreement_id = agreement.id)"
_SEARCH = f"""(s.product_key LIKE %(product_words)s OR agreement.reference LIKE %(number)s
        OR s.reference LIKE %(number)s
        OR agreement.id IN ({_CURRENT} AND (lower(partner.name) LIKE %(words)s
                                    OR partner.account_number LIKE %(number)s)))"""
_STATUS = {
    "active": "agreement.ends_on >= %(today)s::date",
    "expired": "agreement.ends_on < %(today)s::date",
    "moving": """agreement.id IN (SELECT c.agreement_id FROM partner_change AS c
                  WHERE c.account_id = %(account)s AND c.state IN
                        ('submitted', 'awaiting_consent', 'scheduled', 'applied'))""",
}
