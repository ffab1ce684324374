"""A firm's own tenures: where it is of record, where it is to be, and where it was.

The tenures of a page are found in an index of the firm's own. What they are called comes from the
one function that tells a partner its own business; terms and seats only where the firm is of
record now (row-level security shows no other agreement).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from ofrecord.journal import clock

COUNTED = 1_000
SHOWS = ("now", "coming", "formerly")


@dataclass(frozen=True)
class Line:
    """One tenure of the firm's: the end only where its role ends with it."""

    tenure: int
    agreement_id: int
    role: str
    since: datetime
    until: datetime | None
    reference: str = ""
    model: str = ""
    account: str = ""
    products: tuple[str, ...] = ()
    seats: int | None = None
    start_on: Any = None
    end_on: Any = None
    auto_renew: bool | None = None


def lines(
    firm_id: int, show: str, role: str, start: tuple[datetime, int] | None, limit: int
) -> list[Line]:
    """So many of the firm's tenures, behind a place of the list: three statements at most.

    `show` is one of SHOWS, `role` one role or "". Call it inside `parties.context.seeing`.
    """
    given = _given(firm_id, role, limit=limit)
    if start:
        given |= {"at": start[0], "id": start[1]}
    found = _fetch(_page_sql(show, role, bool(start)), given)
    return list(_lines(found, known=show == "now")) if found else []


def place_of(line: Line, show: str) -> datetime:
    """The instant by which a line stands where it does in its list."""
    return (line.until if show == "formerly" else None) or line.since


def count(firm_id: int, show: str, role: str = "") -> int:
    """How many there are, exact up to 1,000; 1,001 means more."""
    given = _given(firm_id, role, limit=COUNTED + 1)
    sql = f"SELECT count(*) FROM ({_page_sql(show, role, False)}) AS counted"
    return int(_fetch(sql, given)[0][0])


def going(firm_id: int, days: int, most: int) -> list[Line]:
    """Where the firm's role ends within so many days, the nearest first."""
    horizon = clock.business_now() + timedelta(days=days)
    given = _given(firm_id, "", limit=most) | {"horizon": horizon}
    return list(_lines(_fetch(_GOING, given), known=False))


def ids_on(reference: str) -> list[int]:
    """The tenures that the actor's firms have, or had, on an agreement."""
    wanted = {"wanted": reference.replace("\x00", "")}
    return [id for (id,) in _fetch("SELECT own_tenures(%(wanted)s)", wanted)]


def names_of(ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Reference, purchasing model and account name of the actor's own tenures."""
    rows = _fetch("SELECT * FROM own_business(%(ids)s)", {"ids": list(ids)})
    return {id: (reference, model, account) for id, reference, model, account in rows}


def _lines(rows: Sequence[tuple[Any, ...]], *, known: bool) -> list[Line]:
    ids = [row[0] for row in rows]
    names = names_of(ids)
    served: dict[int, tuple[Any, ...]] = {}
    if known:
        asked = {"ids": ids, "today": clock.today()}
        served = {id: (tuple(products), *rest) for id, products, *rest in _fetch(_SERVED, asked)}
    more = {id: (*names[id], *served.get(id, ())) for id in names}
    return [Line(*(*row, *more[row[0]])) for row in rows if row[0] in more]


def _page_sql(show: str, role: str, begun: bool) -> str:
    when, key, order, beyond = _LISTS[show]
    conditions = [when, *(["t.role = %(role)s"] if role else [])]
    if begun:
        conditions.append(f"({key}, t.id) {beyond} (%(at)s::timestamptz, %(id)s)")
    where = "\n   AND ".join(conditions)
    return f"{_OWN}\n   AND {where}\n ORDER BY {key} {order}, t.id {order} LIMIT %(limit)s"


def _given(firm_id: int, role: str, limit: int) -> dict[str, Any]:
    return {"firm": firm_id, "now": clock.business_now(), "role": role, "limit": limit}


def _fetch(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


# One role may be recorded in pieces: it ends, or begins, where no other piece goes on.
_PIECE = """EXISTS (
       SELECT FROM tenure AS other WHERE other.agreement_id = t.agreement_id
          AND other.partner_id = t.partner_id AND other.role = t.role
          AND other.subscription_id IS NOT DISTINCT FROM t.subscription_id
          AND other.superseded_at IS NULL AND other.{} = t.{})"""
_GOES_ON = _PIECE.format("effective_from", "effective_until")
_WENT_ON = _PIECE.format("effective_until", "effective_from")
_OWN = f"""
SELECT t.id, t.agreement_id, t.role, t.effective_from,
       CASE WHEN t.effective_until IS NULL OR {_GOES_ON} THEN NULL ELSE t.effective_until END
  FROM tenure AS t
 WHERE t.partner_id = %(firm)s AND t.superseded_at IS NULL"""
_IN_FORCE = "t.effective_from <= %(now)s AND coalesce(t.effective_until > %(now)s, true)"
_LISTS = {
    "now": (
        _IN_FORCE,
        "t.effective_from",
        "DESC",
        "<",
    ),
    "coming": (
        f"t.effective_from > %(now)s AND NOT {_WENT_ON}",
        "t.effective_from",
        "ASC",
        ">",
    ),
    "formerly": (
        f"t.effective_until <= %(now)s AND NOT {_GOES_ON}",
        "t.effective_until",
        "DESC",
        "<",
    ),
}
_GOING = f"""{_OWN}
   AND t.effective_until > %(now)s AND t.effective_until <= %(horizon)s AND NOT {_GOES_ON}
   AND t.effective_from <= %(now)s
 ORDER BY t.effective_until, t.id LIMIT %(limit)s
"""
_SERVED = """
SELECT t.id, array(SELECT s.product FROM subscription AS s
                    WHERE s.agreement_id = t.agreement_id
                      AND coalesce(t.subscription_id, s.id) = s.id ORDER BY s.product_key, s.id),
       (SELECT sum(s.seats) FROM subscription AS s
         WHERE s.agreement_id = t.agreement_id AND coalesce(t.subscription_id, s.id) = s.id),
       term.start_on, term.end_on, term.auto_renew
  FROM tenure AS t CROSS JOIN LATERAL (
       SELECT start_on, end_on, auto_renew FROM term AS each
        WHERE each.agreement_id = t.agreement_id
        ORDER BY %(today)s BETWEEN each.start_on AND each.end_on DESC, each.number DESC
        LIMIT 1) AS term
 WHERE t.id = ANY (%(ids)s)
"""
