"""The dirty register tells the truth about itself: read again by other means, its account holds."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from tests.feeds import dirt
from tests.feeds.register import write_register
from tests.feeds.world import Register

AGREEMENTS = 6_000
KEYS = {
    "partners.csv": (0,),
    "accounts.csv": (0,),
    "people.csv": (0, 2, 3),
    "agreements.csv": (0,),
    "subscriptions.csv": (0,),
    "partners_of_record.csv": (0, 4, 1, 2),
}
FIRST_LOAD = {
    value
    for name, value in vars(dirt).items()
    if name.isupper() and isinstance(value, str) and name not in {"LONG", "PARTNER_DIFFERS"}
}

Rows = list[tuple[int, list[str]]]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("register")


@pytest.fixture(scope="module")
def register(directory: Path) -> Register:
    return write_register(directory, AGREEMENTS)


@pytest.fixture(scope="module")
def written(directory: Path, register: Register) -> dict[str, Rows]:
    return {name: list(rows(directory / name)) for name in register.files}


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row with the physical line on which it starts."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        start = reader.line_num + 1
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1


def good(register: Register, written: dict[str, Rows], name: str) -> list[list[str]]:
    refused = register.files[name].refused
    return [row for line, row in written[name] if line not in refused]


def test_every_row_is_read_and_every_refused_line_starts_one(
    register: Register, written: dict[str, Rows]
) -> None:
    for name, account in register.files.items():
        starts = [line for line, _row in written[name]]
        assert len(starts) == account.read
        assert set(account.refused) <= set(starts)
        assert account.good + len(account.refused) == account.read


def test_every_code_of_a_first_load_is_there(register: Register) -> None:
    found = {
        code
        for account in register.files.values()
        for codes in account.refused.values()
        for code in codes
    }
    assert found == FIRST_LOAD
    assert any(len(codes) > 1 for codes in register.files["agreements.csv"].refused.values())


def test_keys_are_named_twice_exactly_where_they_occur_twice(
    register: Register, written: dict[str, Rows]
) -> None:
    for name, columns in KEYS.items():
        refused = register.files[name].refused
        keys: dict[tuple[str, ...], list[int]] = {}
        for line, row in written[name]:
            key = tuple(row[column] for column in columns) if len(row) > max(columns) else ()
            if dirt.WRONG_COLUMNS not in refused.get(line, ()) and key and key[0]:
                keys.setdefault(key, []).append(line)
        named = {line for line, codes in refused.items() if dirt.DUPLICATE_KEY in codes}
        assert named == {line for lines in keys.values() if len(lines) > 1 for line in lines}


def test_what_is_good_is_well_formed(register: Register, written: dict[str, Rows]) -> None:
    patterns = {"contract": r"[0-9]{12}", "subscription": r"[0-9]{2,3}-[0-9]{8}"}
    for row in good(register, written, "agreements.csv"):
        assert re.fullmatch(patterns[row[1]], row[0])
        assert date.fromisoformat(row[6]) <= date.fromisoformat(row[7])
        assert {row[4], row[5]} <= {"true", "false"}
        assert (row[3], row[4]) in {("standard", "false"), ("eba", "false"), ("eba", "true")}
    for name in ("accounts.csv", "partners.csv"):
        for row in good(register, written, name):
            assert re.fullmatch(r"[0-9]{10}", row[0])
            assert 0 < len(row[1]) < 150
    for row in good(register, written, "subscriptions.csv"):
        assert re.fullmatch(patterns["subscription"], row[0])
        assert 0 < int(row[3]) <= 400


def test_what_is_good_refers_to_what_is_good(register: Register, written: dict[str, Rows]) -> None:
    accounts = {row[0] for row in good(register, written, "accounts.csv")}
    partners = {row[0] for row in good(register, written, "partners.csv")}
    people = good(register, written, "people.csv")
    agreements = {row[0]: row for row in good(register, written, "agreements.csv")}
    subscriptions = good(register, written, "subscriptions.csv")
    lines = {(row[0], row[1]) for row in subscriptions}
    hats = {(row[0], row[2]) for row in people}
    assert {row[2] for row in people} <= accounts | partners | {"vendor"}
    primaries = Counter(row[2] for row in people if row[3] == "primary_admin")
    assert max(primaries.values()) == 1
    for agreed in agreements.values():
        assert agreed[2] in accounts
        assert not agreed[9] or (agreed[9], agreed[2]) in hats
    assert {row[1] for row in subscriptions} <= set(agreements)
    under = Counter(row[1] for row in subscriptions)
    assert max(under[key] for key, row in agreements.items() if row[1] == "subscription") == 1
    for row in good(register, written, "partners_of_record.csv"):
        assert row[0] in agreements
        assert row[1] in partners
        assert not row[4] or (row[4], row[0]) in lines


def test_refused_dates_are_none_and_good_instants_have_an_offset(
    register: Register, written: dict[str, Rows]
) -> None:
    for line, row in written["agreements.csv"]:
        if dirt.NOT_A_DATE in register.files["agreements.csv"].refused.get(line, ()):
            sound = 0
            for cell in row[6:8]:
                with suppress(ValueError):
                    date.fromisoformat(cell)
                    sound += 1
            assert sound < 2
    for row in good(register, written, "partners_of_record.csv"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|\+\d\d:\d\d))?", row[3])


def test_it_is_dirty_in_form_too(directory: Path, register: Register) -> None:
    content = {name: (directory / name).read_bytes() for name in register.files}
    assert content["agreements.csv"].startswith(b"\xef\xbb\xbfreference,")
    assert b"Harbour Works\nDept. 4" in content["accounts.csv"]
    assert b"Quay Street\r\nSecond Floor" in content["accounts.csv"]
    assert b'"The ""Corner"" Office"' in content["accounts.csv"]
    assert b"\r\n" in content["people.csv"]
    assert b",\\.," in content["accounts.csv"]


def test_the_same_arguments_write_the_same_register(
    directory: Path, register: Register, tmp_path: Path
) -> None:
    again = write_register(tmp_path, AGREEMENTS)
    assert again == register
    for name in register.files:
        assert (tmp_path / name).read_bytes() == (directory / name).read_bytes()
