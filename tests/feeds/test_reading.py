"""Files that are damaged, or made to do harm, are read row by row all the same."""

import csv
import io

import pytest

from ofrecord.feeds import reading
from ofrecord.feeds.reading import Record, records


def read(content: bytes) -> list[Record]:
    return list(records(io.BytesIO(content)))


def test_a_row_is_named_by_the_physical_line_on_which_it_starts() -> None:
    found = read(b'a,b\n1,"two\nlines"\n\n3,4\n')
    assert [(row.line, row.cells) for row in found] == [
        (1, ["a", "b"]),
        (2, ["1", "two\nlines"]),
        (5, ["3", "4"]),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert read(b"\xef\xbb\xbfa,b\n")[0].cells == ["a", "b"]


def test_a_row_that_is_not_utf8_is_at_fault_alone() -> None:
    found = read(b"a\nM\xfcller\nmore\n")
    assert [row.fault for row in found] == ["", "not_utf8", ""]


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,"cut in the midd',
        b'a,b\n1,"closed" too early\n',
        b"a,b\n1,two\rthree\n",
    ],
)
def test_a_quoted_cell_that_does_not_end_as_it_should_is_a_fault(content: bytes) -> None:
    found = read(content)
    assert [(row.line, row.fault) for row in found] == [(1, ""), (2, "malformed_row")]


def test_rows_after_a_malformed_one_are_read() -> None:
    found = read(b'a,b\n1,"x"y\n2,z\n')
    assert [(row.line, row.fault) for row in found] == [(1, ""), (2, "malformed_row"), (3, "")]


def test_an_endless_quoted_cell_ends_at_the_limit_of_a_cell() -> None:
    lines = csv.field_size_limit() // 50 + 100
    found = read(b'a,b\n1,"' + (b"x" * 49 + b"\n") * lines + b"2,z\n")
    assert (found[1].line, found[1].fault) == (2, "malformed_row")
    assert found[-1].cells == ["2", "z"]


def test_a_line_without_end_is_skipped_and_the_next_row_is_read() -> None:
    found = read(b"a,b\n1," + b"x" * (3 * reading.LONGEST_LINE) + b"\n2,z\n")
    assert [(row.line, row.fault) for row in found] == [(1, ""), (2, "too_long"), (3, "")]


def test_an_empty_file_has_no_rows() -> None:
    assert read(b"") == []
