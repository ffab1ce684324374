"""The page of the files that an import reads: their columns, and why a row is refused."""

import inspect
from collections.abc import Callable
from typing import Any

from ofrecord.feeds.order_rows import MOST_ROWS
from ofrecord.feeds.order_sheet import OF_LINE, ORDERS
from ofrecord.feeds.refusals import SENTENCES
from ofrecord.feeds.sheets import NEEDED, SHEETS, Column, Sheet
from tests.docs.reference.markdown import code, page, table, words

WORDS = {
    "text": "words on one line",
    "email": "an email address",
    "whole_number": "a whole number",
    "day": "a date, `YYYY-MM-DD`",
    "instant": "an instant with its offset, or a date, which means its midnight for the vendor",
    "reference": "a contract number or a subscription ID",
    "place": "an account's number, a partner's number, or `vendor`",
}
PLACEHOLDERS = {"%(cell)s": "*(the cell)*", "%(detail)s": "*(which)*"}


def render() -> str:
    return page(
        "Feeds",
        "`bin/ofrecord import DIRECTORY` reads these files. They are CSV with a header, commas, "
        "UTF-8, ISO dates and `true` or `false`; a list inside a cell is separated by `;`. Every "
        "file may be missing, and columns may stand in any order. A small book to start from is in "
        "[docs/examples/book](../examples/book/agreements.csv).",
        "An agreement that is seen for the first time is loaded with its partners of record. "
        "What is known already is brought up to date, except for an agreement's account, "
        "purchasing model and partners of record: a feed never overwrites those. A row that is "
        "missing ends nothing. The same files again change nothing.",
        *map(_sheet, SHEETS),
        "## A file of orders",
        "`bin/ofrecord order book FILE` reads a file of another kind: what the vendor's own "
        "system has booked, a row for each line of a transaction. [Book the transactions of your "
        "ERP](../how-to/book-transactions-of-your-erp.md) goes through it. Rows that follow each "
        f"other under one number are one transaction, of which they say all but {words(OF_LINE)} "
        "alike; `net` and `tax` are of the whole transaction. A file has at most "
        f"{MOST_ROWS:,} rows.",
        _columns(ORDERS),
        "## Why a row is refused",
        "Each refused row is reported with its file, line, column, code and sentence. With "
        "`--refused DIRECTORY`, the refused rows are written to files of the same shape with the "
        "reason added, to be put right and imported again.",
        table(("Code", "Sentence"), ((code(each), _sentence(each)) for each in SENTENCES)),
    )


def _columns(sheet: Sheet) -> str:
    rows = [(code(column.name), _holds(column), _needed(column)) for column in sheet.columns]
    return table(("Column", "Holds", "May be empty"), rows)


def _sheet(sheet: Sheet) -> str:
    return "\n\n".join(
        (
            f"## {sheet.file}",
            f"One row for each {words(sheet.key)}: the same key twice is refused.",
            _columns(sheet),
        )
    )


def _needed(column: Column) -> str:
    if column.optional:
        return "yes, and the column may be missing"
    return "no" if column.blank is NEEDED else "yes"


def _holds(column: Column) -> str:
    return _shape(column.shape)


def _shape(shape: Callable[..., Any]) -> str:
    bound = inspect.getclosurevars(inspect.unwrap(shape)).nonlocals
    if "choices" in bound:
        return f"one of {words(bound['choices'])}"
    if "whole" in bound:
        return f"what matches {code(bound['whole'].pattern)}"
    if "shape" in bound:
        return f"a list, each item {_shape(bound['shape'])}"
    return WORDS[shape.__name__]


def _sentence(each: str) -> str:
    said = str(SENTENCES[each])
    for placeholder, shown in PLACEHOLDERS.items():
        said = said.replace(placeholder, shown)
    return said
