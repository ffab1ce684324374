"""Rows of a file of orders, put together to the transactions that they are lines of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from ofrecord.feeds.order_sheet import OF_LINE, ORDERS
from ofrecord.feeds.reading import Record
from ofrecord.feeds.refusals import sentence
from ofrecord.feeds.sheets import Row
from ofrecord.feeds.sources import Source
from ofrecord.feeds.staging import read
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.transactions import Transaction

MOST_ROWS = 100_000
Read = tuple[Record, Row, list[str]]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and in which column where it is one."""

    line: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True)
class Posted:
    """A transaction as a file says it, beginning on a line; with faults it is none."""

    line: int
    number: str
    transaction: Transaction | None
    faults: tuple[Fault, ...] = field(default=())


def posted(source: Source) -> Iterator[Posted]:
    """The transactions of a file, in its order. Rows that follow each other are of one."""
    seen: set[str] = set()
    for number, rows in groupby(read(source, MOST_ROWS), lambda each: _number(each[1])):
        if number:
            yield _posted(source, number, list(rows), again=number in seen)
            seen.add(number)
        else:
            yield from (Posted(each[0].line, "", None, _told(source, [each])) for each in rows)


def _posted(source: Source, number: str, rows: list[Read], *, again: bool) -> Posted:
    faults = _told(source, [*rows, *_between(rows, again)])
    made = None if faults else _transaction([row for _record, row, _faults in rows])
    return Posted(rows[0][0].line, number, made, faults)


def _number(row: Row) -> str:
    return str(row.get("transaction") or "")


def _told(source: Source, rows: Iterable[Read]) -> tuple[Fault, ...]:
    return tuple(_fault(source, record, each) for record, _row, faults in rows for each in faults)


def _fault(source: Source, record: Record, said: str) -> Fault:
    column, _colon, code = said.partition(":")
    cells = dict(zip(source.header, record.cells, strict=False))
    return Fault(record.line, column, code, sentence(code, cells.get(column, "")))


def _between(rows: list[Read], again: bool) -> Iterator[Read]:
    """What is wrong between the rows of one transaction."""
    first = rows[0][1]
    if again:
        yield rows[0][0], {}, ["transaction:rows_apart"]
    of_all = [column.name for column in ORDERS.columns if column.name not in OF_LINE]
    for record, row, _faults in rows[1:]:
        differ = [name for name in of_all if row.get(name) != first.get(name)]
        yield record, {}, [f"{name}:rows_differ" for name in differ]


def _transaction(rows: list[Row]) -> Transaction:
    first = {name: str(value or "") for name, value in rows[0].items()}
    return Transaction(
        number=first["transaction"],
        kind=first["kind"],
        account=first["account_number"],
        partner=first["partner_account_number"],
        lines=tuple(_line(row) for row in rows),
        currency=first["currency"],
        net=Decimal(first["net"]),
        tax=Decimal(first["tax"] or "0"),
        agreement=first["agreement_reference"],
        start_on=_day(first["start_date"]),
        end_on=_day(first["end_date"]),
        auto_renew=first["auto_renew"] == "true",
        purchase_order=first["purchase_order"],
        country=first["country"],
        purchasing_model=first["purchasing_model"] or Transaction.purchasing_model,
    )


def _line(row: Row) -> Bought:
    return Bought(str(row["product"]), int(str(row["seats"])), str(row["replaces"] or ""))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
