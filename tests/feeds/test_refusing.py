"""Each row that cannot be taken is refused, with all that is wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ofrecord.feeds.load import FeedError, Report, import_book
from ofrecord.feeds.refusals import SENTENCES
from tests.feeds.book import BY, Rows, codes, counts, load, query, read_refused, rows, write

Spoil = Callable[[Rows], object]
Refused = set[tuple[str, int, str, str]]


def one(name: str, line: int, column: str, code: str) -> Refused:
    return {(f"{name}.csv", line, column, code)}


FIRST_LOAD: dict[str, tuple[Spoil, Refused]] = {
    "a number in another format": (
        lambda book: book["accounts"][1].update(account_number="42"),
        one("accounts", 3, "account_number", "malformed_number")
        | one("people", 4, "belongs_to", "unknown_account")
        | one("agreements", 5, "account_number", "unknown_account"),
    ),
    "an account that nobody knows": (
        lambda book: book["agreements"][3].update(account_number="4999999999"),
        one("agreements", 5, "account_number", "unknown_account"),
    ),
    "a day that does not exist": (
        lambda book: book["agreements"][3].update(end_date="2026-02-30"),
        one("agreements", 5, "end_date", "not_a_date"),
    ),
    "no date": (
        lambda book: book["agreements"][3].update(start_date=""),
        one("agreements", 5, "start_date", "missing"),
    ),
    "several defects in one row": (
        lambda book: book["agreements"][3].update(
            start_date="31.12.2026", token_flex="yes", country="Germany"
        ),
        one("agreements", 5, "start_date", "not_a_date")
        | one("agreements", 5, "token_flex", "not_a_boolean")
        | one("agreements", 5, "country", "malformed_country"),
    ),
    "end before start": (
        lambda book: book["agreements"][3].update(end_date="2025-12-31"),
        one("agreements", 5, "end_date", "end_before_start"),
    ),
    "Token Flex on a standard contract": (
        lambda book: book["agreements"][3].update(token_flex="true"),
        one("agreements", 5, "token_flex", "token_flex_needs_eba"),
    ),
    "a contract number on a stand-alone subscription": (
        lambda book: book["agreements"][3].update(purchasing_model="subscription"),
        one("agreements", 5, "reference", "malformed_number"),
    ),
    "a manager whom nobody knows": (
        lambda book: book["agreements"][3].update(contract_manager="who@alder.example"),
        one("agreements", 5, "contract_manager", "unknown_person"),
    ),
    "a manager without a role in the account": (
        lambda book: book["agreements"][3].update(contract_manager="ann@alder.example"),
        one("agreements", 5, "contract_manager", "no_role_in_account"),
    ),
    "a second primary admin": (
        lambda book: book["people"][1].update(role="primary_admin"),
        one("people", 3, "role", "second_primary_admin")
        | one("agreements", 2, "contract_manager", "no_role_in_account")
        | one("subscriptions", 2, "agreement_reference", "unknown_agreement")
        | one("subscriptions", 3, "agreement_reference", "unknown_agreement")
        | one("partners_of_record", 2, "agreement_reference", "unknown_agreement")
        | one("partners_of_record", 3, "agreement_reference", "unknown_agreement"),
    ),
    "one person by two names": (
        lambda book: book["people"].append({**book["people"][3], "name": "Rita", "role": "viewer"}),
        one("people", 5, "name", "name_differs")
        | one("people", 7, "name", "name_differs")
        | one("people", 7, "belongs_to", "unknown_account"),
    ),
    "a role of the vendor in an account": (
        lambda book: book["people"][0].update(role="auditor"),
        one("people", 2, "role", "not_a_choice"),
    ),
    "a role of an account at the vendor": (
        lambda book: book["people"][4].update(role="viewer"),
        one("people", 6, "role", "not_a_choice"),
    ),
    "a rep of an unknown partner": (
        lambda book: book["people"][3].update(belongs_to="5999999999"),
        one("people", 5, "belongs_to", "unknown_partner"),
    ),
    "an email that is none": (
        lambda book: book["people"][3].update(email="rep at larkspur"),
        one("people", 5, "email", "malformed_email"),
    ),
    "a language that is none": (
        lambda book: book["accounts"][0].update(language="German"),
        one("accounts", 2, "language", "malformed_language"),
    ),
    "a website that is a script": (
        lambda book: book["partners"][1].update(website="javascript:alert(1)"),
        one("partners", 3, "website", "malformed_address"),
    ),
    "a control character": (
        lambda book: book["partners"][1].update(name="Go\x07rse"),
        one("partners", 3, "name", "control_character"),
    ),
    "a NUL": (
        lambda book: book["partners"][1].update(name="Go\0rse"),
        one("partners", 3, "name", "control_character"),
    ),
    "a name without end": (
        lambda book: book["partners"][1].update(name="x" * 5_000),
        one("partners", 3, "name", "too_long"),
    ),
    "a subscription of an unknown agreement": (
        lambda book: book["subscriptions"][1].update(agreement_reference="209999999999"),
        one("subscriptions", 3, "agreement_reference", "unknown_agreement"),
    ),
    "seats that cannot be counted": (
        lambda book: book["subscriptions"][1].update(seats="12.5"),
        one("subscriptions", 3, "seats", "not_a_number"),
    ),
    "two subscriptions under a subscription ID": (
        lambda book: book["subscriptions"][1].update(agreement_reference="57-00000003"),
        one("subscriptions", 3, "agreement_reference", "too_many_subscriptions")
        | one("subscriptions", 4, "agreement_reference", "too_many_subscriptions")
        | one("partners_of_record", 5, "subscription_reference", "unknown_subscription"),
    ),
    "an unknown partner of record": (
        lambda book: book["partners_of_record"][1].update(partner_account_number="5999999999"),
        one("partners_of_record", 3, "partner_account_number", "unknown_partner"),
    ),
    "a subscription of another agreement": (
        lambda book: book["partners_of_record"][1].update(subscription_reference="57-00000003"),
        one("partners_of_record", 3, "subscription_reference", "unknown_subscription"),
    ),
    "an instant without its offset": (
        lambda book: book["partners_of_record"][1].update(effective_at="2026-01-01T10:00:00"),
        one("partners_of_record", 3, "effective_at", "not_a_date"),
    ),
    "a year that no calendar of ours reaches": (
        lambda book: book["agreements"][3].update(end_date="9999-12-31"),
        one("agreements", 5, "end_date", "date_out_of_range"),
    ),
    "the same partner of record twice": (
        lambda book: book["partners_of_record"].append(
            {**book["partners_of_record"][0], "effective_at": "2026-03-01"}
        ),
        one("partners_of_record", 2, "agreement_reference", "duplicate_key")
        | one("partners_of_record", 6, "agreement_reference", "duplicate_key"),
    ),
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "book"
    path.mkdir()
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("case", FIRST_LOAD)
def test_a_row_that_cannot_be_taken_is_refused(case: str, directory: Path) -> None:
    spoil, refused = FIRST_LOAD[case]
    book = rows()
    spoil(book)
    report = load(directory, book)
    assert codes(report) >= refused
    assert {(file, line) for file, line, _column, _code in codes(report)} == {
        (file, line) for file, line, _column, _code in refused
    } | _resting_on(report)
    assert not report.applied
    assert query("SELECT count(*) FROM agreement") == [(0,)]


def _resting_on(report: Report) -> set[tuple[str, int]]:
    """Rows that are refused for nothing but a refused row that they rest on."""
    unknown = {code for code in SENTENCES if code.startswith(("unknown_", "no_role_"))}
    rows: dict[tuple[str, int], set[str]] = {}
    for file, line, _column, code in codes(report):
        rows.setdefault((file, line), set()).add(code)
    return {row for row, found in rows.items() if found <= unknown}


@pytest.mark.django_db
def test_every_occurrence_of_a_key_is_refused_and_named(directory: Path) -> None:
    book = rows()
    book["accounts"].append({**book["accounts"][1], "name": "Another Birch"})
    report = load(directory, book)
    duplicates = [each for each in report.refusals if each.code == "duplicate_key"]
    assert [each.line for each in duplicates] == [3, 4]
    assert "3, 4" in duplicates[0].reason


@pytest.mark.django_db
def test_good_rows_are_taken_where_that_is_asked_for(directory: Path) -> None:
    book = rows()
    book["agreements"][0]["end_date"] = "soon"
    report = load(directory, book, accept_good=True)
    assert report.applied
    assert counts(report) == {
        "accounts": (2, 0, 0, 0),
        "partners": (3, 0, 0, 0),
        "people": (5, 0, 0, 0),
        "agreements": (3, 0, 0, 1),
        "subscriptions": (1, 0, 0, 2),
        "partners_of_record": (2, 0, 0, 2),
    }


@pytest.mark.django_db
def test_what_the_book_knows_otherwise_is_refused(directory: Path) -> None:
    load(directory)
    book = rows()
    book["agreements"][3]["account_number"] = "4100000001"
    book["people"].append(
        {**book["people"][1], "belongs_to": "4100000001", "role": "primary_admin"}
    )
    book["subscriptions"][0]["agreement_reference"] = "200000000002"
    book["subscriptions"].append(
        {**book["subscriptions"][2], "reference": "57-00000009"},
    )
    del book["subscriptions"][2]
    book["partners_of_record"][0]["partner_account_number"] = "5100000002"
    book["partners_of_record"][2]["effective_at"] = "2025-06-01"
    assert codes(load(directory, book)) == (
        one("agreements", 5, "account_number", "account_differs")
        | one("people", 7, "role", "second_primary_admin")
        | one("subscriptions", 2, "agreement_reference", "agreement_differs")
        | one("subscriptions", 4, "agreement_reference", "too_many_subscriptions")
        | one("partners_of_record", 2, "partner_account_number", "partner_differs")
        | one("partners_of_record", 4, "partner_account_number", "partner_differs")
    )


@pytest.mark.django_db
def test_refused_rows_are_written_as_they_were_with_the_reason(
    directory: Path, tmp_path: Path
) -> None:
    book = rows()
    book["partners"][1].update(name="=cmd()", status="gone", website="ftp://x.example")
    load(directory, book, refused_directory=tmp_path / "refused")
    (row,) = read_refused(tmp_path / "refused", "partners")
    assert row["account_number"] == "5100000002"
    assert row["name"] == "'=cmd()"
    assert row["line"] == "3"
    assert row["column"] == "status;website"
    assert row["code"] == "not_a_choice;malformed_address"
    assert '"gone"' in row["reason"]
    assert not (tmp_path / "refused" / "accounts.csv").exists()


@pytest.mark.django_db
def test_refused_rows_can_be_sent_again_once_they_are_corrected(
    directory: Path, tmp_path: Path
) -> None:
    book = rows()
    book["accounts"][1]["country"] = "USA"
    load(directory, book, refused_directory=tmp_path / "refused", accept_good=True)
    corrected = {
        name: list(read_refused(tmp_path / "refused", name)) for name in ("accounts", "people")
    }
    corrected["accounts"][0]["country"] = "US"
    again = tmp_path / "again"
    again.mkdir()
    report = load(again, corrected)
    assert counts(report) == {"accounts": (1, 0, 0, 0), "people": (1, 0, 0, 0)}
    assert report.files[0].ignored == ()


@pytest.mark.django_db
def test_refused_rows_never_take_the_place_of_other_files(directory: Path) -> None:
    book = rows()
    book["accounts"][1]["country"] = "USA"
    with pytest.raises(FeedError, match="holds no refused rows"):
        load(directory, book, refused_directory=directory)
    assert "line,column" not in (directory / "accounts.csv").read_text()


@pytest.mark.django_db
def test_a_file_without_a_column_is_refused_at_its_header(directory: Path) -> None:
    write(directory, rows())
    (directory / "accounts.csv").write_text("account_number,name,name\n4100000001,Alder,x\n")
    report = import_book(directory, by=BY)
    assert codes(report) >= {
        ("accounts.csv", 1, "country", "missing_column"),
        ("accounts.csv", 1, "language", "missing_column"),
        ("accounts.csv", 1, "name", "repeated_column"),
    }
    assert counts(report)["accounts"] == (0, 0, 0, 1)


@pytest.mark.django_db
def test_columns_that_mean_nothing_are_named(directory: Path) -> None:
    book = rows()
    for row in book["accounts"]:
        row["region"] = "north"
    report = load(directory, book)
    assert report.applied
    assert report.files[0].ignored == ("region",)


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "\ufeffaccount_number,name\n".encode("utf-16"), b"\xff"])
def test_a_file_that_is_no_feed_is_refused(directory: Path, content: bytes | str) -> None:
    data = content.encode() if isinstance(content, str) else content
    (directory / "accounts.csv").write_bytes(data)
    report = import_book(directory, by=BY)
    assert report.refused == 1
    assert not report.applied


@pytest.mark.django_db
def test_a_file_that_is_cut_is_refused_where_it_ends(directory: Path) -> None:
    write(directory, rows())
    path = directory / "partners_of_record.csv"
    path.write_bytes(path.read_bytes().rstrip()[: -len("2026-01-01,57-00000003")])
    report = import_book(directory, by=BY)
    assert codes(report) == one("partners_of_record", 5, "", "wrong_columns")


@pytest.mark.django_db
def test_a_directory_without_feeds_is_not_imported(directory: Path) -> None:
    with pytest.raises(FeedError, match="accounts"):
        import_book(directory, by=BY)


@pytest.mark.django_db
def test_what_is_no_ordinary_file_is_not_read(directory: Path) -> None:
    (directory / "accounts.csv").symlink_to("/dev/zero")
    with pytest.raises(FeedError, match="ordinary"):
        import_book(directory, by=BY)


@pytest.mark.django_db
def test_a_file_that_changes_while_it_is_read_is_not_imported(directory: Path) -> None:
    def append(what: str, _done: int, _total: int) -> None:
        if what == "accounts.csv":
            with (directory / "agreements.csv").open("a") as file:
                file.write("\n")

    with pytest.raises(FeedError, match=r"agreements\.csv was changed"):
        load(directory, progress=append)
    assert query("SELECT count(*) FROM account") == [(0,)]
