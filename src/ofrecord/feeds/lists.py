"""Lists as CSV, safe to open in a spreadsheet."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


class _Echo:
    """What the csv module writes into: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_rows(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str] | Mapping[str, str]
) -> Iterator[str]:
    """The lines of a CSV file, header first, one at a time.

    `columns` names the keys of the rows, or maps them to their headings.
    """
    # What the target's write() returns is what writerow() returns.
    line = csv.writer(_Echo(), lineterminator="\r\n").writerow
    headings = columns.values() if isinstance(columns, Mapping) else columns
    yield str(line([shown(heading) for heading in headings]))
    for row in rows:
        yield str(line([shown(row.get(column)) for column in columns]))


def shown(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula.

    A cell that begins like one gets an apostrophe in front; plain numbers stay numbers.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    begins = text.lstrip(" \u00a0")[:1]
    if begins in tuple("=+-@\t\r\n|%＝＋－＠") and begins and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
