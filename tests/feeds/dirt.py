"""What is wrong in real exports: each defect is put into a good row knowingly, with its codes."""

from collections.abc import Callable

from tests.feeds.sheet import CLEAN, Codes, Sheet

MISSING = "missing"
MALFORMED_NUMBER = "malformed_number"
MALFORMED_EMAIL = "malformed_email"
NOT_A_DATE = "not_a_date"
NOT_A_BOOLEAN = "not_a_boolean"
NOT_A_CHOICE = "not_a_choice"
NOT_A_NUMBER = "not_a_number"
TOO_LONG = "too_long"
END_BEFORE_START = "end_before_start"
DUPLICATE_KEY = "duplicate_key"
SECOND_PRIMARY_ADMIN = "second_primary_admin"
TOKEN_FLEX_NEEDS_EBA = "token_flex_needs_eba"
UNKNOWN_ACCOUNT = "unknown_account"
UNKNOWN_PARTNER = "unknown_partner"
UNKNOWN_PERSON = "unknown_person"
UNKNOWN_AGREEMENT = "unknown_agreement"
UNKNOWN_SUBSCRIPTION = "unknown_subscription"
PARTNER_DIFFERS = "partner_differs"
"""Never in a first load, which is all that this register is."""
WRONG_COLUMNS = "wrong_columns"
TOO_MANY_SUBSCRIPTIONS = "too_many_subscriptions"
NO_ROLE_IN_ACCOUNT = "no_role_in_account"

Defect = Callable[[list[str], int, Sheet], Codes]
"""Spoils the cells of a row; the number makes what it writes unique. Returns the row's codes."""
Value = str | Callable[[str, int], str]

MALFORMED_NUMBERS: tuple[Value, ...] = (
    lambda _old, n: str(n),
    lambda old, _n: old + "0",
    lambda old, _n: " " + old,
    lambda old, _n: old + " ",
    lambda old, _n: old + "\n",
    lambda old, _n: f"{old[:3]} {old[3:6]} {old[6:]}",
    lambda _old, n: f"ACC-{n:06d}",
    lambda old, _n: "O" + old[1:],
    lambda old, _n: old.translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    lambda old, _n: old.translate({48 + digit: 0x0660 + digit for digit in range(10)}),
    lambda _old, n: f"{n + 1}.0E+11",
    lambda old, _n: "'" + old,
)
MALFORMED_EMAILS: tuple[Value, ...] = (
    lambda _old, n: f"person{n}.example.example",
    lambda old, _n: old.replace("@", "@@"),
    lambda old, _n: old.replace("@", " @ "),
    lambda old, _n: old[old.index("@") :],
    lambda old, _n: old[: old.index("@") + 1],
)
NO_DATES = (
    "2026-02-30",
    "0000-00-00",
    "31/12/2026",
    "2027-02-29",
    "2026-13-01",
    "12.05.2026",
    "n/a",
    "infinity",
    "today",
    "99999-01-01",
    "２０２６-01-01",
    "46022",
)
NO_INSTANTS = (
    "2024-02-30",
    "2024-05-01T09:30:00",
    "2024-02-30T10:00:00+01:00",
    "2024-05-01T25:00:00+01:00",
    "yesterday",
    "0000-00-00",
)
NO_BOOLEANS = ("yes", "1", "Y", "t", "wahr", "truefalse")
NO_NUMBERS = ("ten", "12.5", "1e3", "1,000", "-5", "99999999999999999999", "∞", "5 seats")
LONG = "Ä" * 10_000


def cells(code: str, column: int, *values: Value) -> list[Defect]:
    """One defect for each value that takes the place of that cell."""
    return [_cell(code, column, value) for value in values]


def _cell(code: str, column: int, value: Value) -> Defect:
    codes = frozenset({code})

    def spoil(row: list[str], n: int, _sheet: Sheet) -> Codes:
        row[column] = value if isinstance(value, str) else value(row[column], n)
        return codes

    return spoil


def missing(*columns: int) -> list[Defect]:
    return [_cell(MISSING, column, "") for column in columns]


def clear(column: int) -> Defect:
    """Leave a cell blank that may be blank, so that it has no say in the row's codes."""

    def spoil(row: list[str], _n: int, _sheet: Sheet) -> Codes:
        row[column] = ""
        return CLEAN

    return spoil


def both(*defects: Defect) -> Defect:
    """Several defects in one row, which names them all."""

    def spoil(row: list[str], n: int, sheet: Sheet) -> Codes:
        return frozenset[str]().union(*(defect(row, n, sheet) for defect in defects))

    return spoil


def too_few(row: list[str], _n: int, _sheet: Sheet) -> Codes:
    row.pop()
    return frozenset({WRONG_COLUMNS})


def too_many(row: list[str], _n: int, _sheet: Sheet) -> Codes:
    row.append("surplus")
    return frozenset({WRONG_COLUMNS})


def twice(row: list[str], _n: int, sheet: Sheet) -> Codes:
    """The same row again further down: both are refused, since nobody can say which is meant."""
    codes = frozenset({DUPLICATE_KEY})
    sheet.later(row.copy(), codes)
    return codes


def twice_otherwise(column: int, value: str, *more: str) -> Defect:
    """The same key again further down with another value, which may be wrong in itself."""
    codes = frozenset({DUPLICATE_KEY})

    def spoil(row: list[str], _n: int, sheet: Sheet) -> Codes:
        other = row.copy()
        other[column] = value
        sheet.later(other, codes.union(more))
        return codes

    return spoil
