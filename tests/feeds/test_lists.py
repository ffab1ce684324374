"""Lists that can be opened in a spreadsheet."""

import csv
import io
from collections.abc import Iterator

import pytest

from ofrecord.feeds.lists import csv_rows, shown


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("-5", "-5"),
        (-5, "-5"),
        (None, ""),
        (True, "true"),
        ("Larkspur & Sons", "Larkspur & Sons"),
        ("57-00000003", "57-00000003"),
    ],
)
def test_no_cell_begins_like_a_formula(value: object, cell: str) -> None:
    assert shown(value) == cell


def test_a_list_is_read_again_as_it_was() -> None:
    rows: list[dict[str, object]] = [
        {"name": 'The "Corner", Inc.', "seats": 3},
        {"name": "Line\nbreak"},
    ]
    text = "".join(csv_rows(rows, {"name": "Name", "seats": "Seats"}))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["Name", "Seats"],
        ['The "Corner", Inc.', "3"],
        ["Line\nbreak", ""],
    ]


def test_rows_are_taken_one_at_a_time() -> None:
    taken = 0

    def endless() -> Iterator[dict[str, object]]:
        nonlocal taken
        while True:
            taken += 1
            yield {"name": taken}

    lines = csv_rows(endless(), ["name"])
    assert [next(lines), next(lines), next(lines)] == ["name\r\n", "1\r\n", "2\r\n"]
    assert taken == 2
