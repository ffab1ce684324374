"""`ofrecord import`: what it answers and how it ends. What a feed means is tested with feeds."""

from pathlib import Path

import pytest

from tests.cli.conftest import Type

PARTNER_COLUMNS = (
    "account_number,name,kind,status,street,city,postal_code,country,email,website,"
    "authorized_countries,authorized_products"
)
AGREEMENT_COLUMNS = (
    "reference,purchasing_model,account_number,program,token_flex,auto_renew,start_date,"
    "end_date,country,contract_manager"
)
COUNTS = {"read", "new", "changed", "unchanged", "refused"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows = {
        "accounts": ["account_number,name,country,language", "5100000001,Alder Works,DE,en"],
        "partners": [
            PARTNER_COLUMNS,
            "7200000001,Larkspur Systems,reseller,active,Am Ufer 3,Bonn,53111,DE,,,,",
        ],
        "agreements": [
            AGREEMENT_COLUMNS,
            "400000000001,contract,5100000001,standard,false,false,2026-01-01,2030-01-01,DE,",
        ],
    }
    (tmp_path / "book").mkdir()
    for name, lines in rows.items():
        (tmp_path / "book" / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "book"


def spoil(book: Path) -> None:
    with (book / "accounts.csv").open("a") as file:
        file.write("12,Number Too Short,DE,en\n")


def test_a_book_is_applied_and_the_same_book_again_changes_nothing(
    db: None, type_in: Type, book: Path
) -> None:
    first = type_in("import", book, "--json")
    assert first.code == 0
    assert first.json["applied"] is True
    assert all(set(file) == {"name", *COUNTS} for file in first.json["files"])
    assert {file["name"]: file["new"] for file in first.json["files"]} == {
        "accounts.csv": 1,
        "partners.csv": 1,
        "agreements.csv": 1,
    }
    again = type_in("import", book, "--json")
    assert again.code == 0
    assert [file["unchanged"] for file in again.json["files"]] == [1, 1, 1]


def test_a_dry_run_changes_nothing(db: None, type_in: Type, book: Path) -> None:
    dry = type_in("import", book, "--dry-run", "--json")
    assert (dry.code, dry.json["applied"]) == (0, False)
    assert [file["new"] for file in dry.json["files"]] == [1, 1, 1]
    assert type_in("import", book, "--json").json["files"] == dry.json["files"]


def test_a_refused_row_refuses_the_book_unless_the_good_rows_are_accepted(
    db: None, type_in: Type, book: Path, tmp_path: Path
) -> None:
    spoil(book)
    refused = tmp_path / "refused"
    nothing = type_in("import", book, "--refused", refused, "--json")
    assert (nothing.code, nothing.json["applied"]) == (3, False)
    assert "Number Too Short" in (refused / "accounts.csv").read_text()
    good = type_in("import", book, "--accept-good", "--json")
    assert (good.code, good.json["applied"]) == (3, True)
    accounts = {file["name"]: file for file in good.json["files"]}["accounts.csv"]
    assert (accounts["read"], accounts["new"], accounts["refused"]) == (2, 1, 1)


def test_people_get_a_table_with_the_first_refused_rows(
    db: None, type_in: Type, book: Path
) -> None:
    spoil(book)
    ended = type_in("import", book)
    assert ended.code == 3
    assert "Nothing was applied" in ended.out
    assert "account_number" in ended.out


def test_a_directory_that_cannot_be_imported_is_bad_usage(
    db: None, type_in: Type, tmp_path: Path
) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        ended = type_in("import", place, "--json")
        assert (ended.code, ended.out) == (2, "")
        assert ended.err
