"""A book comes in, and comes in again: what it says of each agreement, and what is told of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ofrecord.cli.verify import verify
from tests.feeds.book import Rows, codes, counts, load, query, rows, statements

pytestmark = pytest.mark.django_db

CONTRACT = "200000000001"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path


def events(stream: str, subject: str = "%") -> list[tuple[str, dict[str, Any]]]:
    found = query(
        "SELECT type, body FROM event WHERE stream = %s"
        " AND convert_from(body, 'UTF8')::json ->> 'subject' LIKE %s ORDER BY subject_id, sequence",
        stream,
        subject,
    )
    return [(type, json.loads(bytes(body))["data"]) for type, body in found]


def all_is_well() -> bool:
    offended = [each for each in verify() if each.violations]
    assert offended == []
    return True


def everything(book: Rows) -> dict[str, tuple[int, int, int, int]]:
    return {name: (len(table), 0, 0, 0) for name, table in book.items()}


def test_a_first_load_takes_everything(directory: Path) -> None:
    report = load(directory)
    assert report.applied
    assert report.as_json()["files"][0] == {
        "name": "accounts.csv",
        "read": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
    }
    assert counts(report) == everything(rows())
    assert query(
        "SELECT reference, account_number, program, token_flex, email, ends_on::text,"
        " agreement.version, moved_at_version FROM agreement"
        " JOIN account ON account.id = account_id"
        " LEFT JOIN person ON person.id = contract_manager_id ORDER BY reference LIMIT 2"
    ) == [
        (CONTRACT, "4100000001", "standard", False, "max@alder.example", "2027-12-31", 1, 1),
        ("200000000002", "4100000001", "eba", True, None, "2027-12-31", 1, 1),
    ]
    assert query("SELECT product, product_key, seats FROM subscription ORDER BY reference") == [
        ("Draft Studio", "draft studio", 12),
        ("Éclair Viewer", "eclair viewer", 3),
        ("Render Cloud", "render cloud", 1),
    ]
    assert query("SELECT authorized_countries FROM partner WHERE name = 'Gorse'") == [
        (["DE", "AT"],)
    ]
    assert all_is_well()


def test_a_load_is_a_change_that_opens_the_tenures(directory: Path) -> None:
    load(directory)
    assert query(
        "SELECT agreement.reference, c.number ~ '^PC-', c.occasion, c.state, partner.name,"
        " c.effective_at, (SELECT count(*) FROM tenure WHERE opened_by_id = c.id),"
        " (SELECT count(*) FROM partner_change_member AS m WHERE m.change_id = c.id AND m.after)"
        " FROM partner_change AS c JOIN agreement ON agreement.id = c.agreement_id"
        " LEFT JOIN partner ON partner.id = c.partner_id ORDER BY agreement.reference"
    ) == [
        (CONTRACT, True, "load", "complete", None, datetime(2026, 1, 1, tzinfo=UTC), 2, 2),
        (
            *("200000000002", True, "load", "complete", "Gorse"),
            *(datetime(2025, 5, 1, 7, 30, tzinfo=UTC), 1, 1),
        ),
        ("200000000004", True, "load", "complete", None, datetime(2026, 1, 1, tzinfo=UTC), 0, 0),
        (
            *("57-00000003", True, "load", "complete", "Larkspur"),
            *(datetime(2026, 1, 1, tzinfo=UTC), 1, 1),
        ),
    ]


def test_one_event_tells_of_an_agreement_with_all_that_is_under_it(directory: Path) -> None:
    load(directory)
    ((type, data),) = events("agreement", CONTRACT)
    assert type == "agreement.loaded"
    number = query(
        "SELECT number FROM partner_change JOIN agreement ON agreement.id = agreement_id"
        " WHERE reference = %s",
        CONTRACT,
    )[0][0]
    assert (data["change"], data["account"]) == (number, "4100000001")
    assert data["terms"] == [
        {"number": 1, "start_on": "2026-01-01", "end_on": "2027-12-31", "auto_renew": False}
    ]
    assert data["subscriptions"][0] == {
        "reference": "558-00000001",
        "product": "Draft Studio",
        "seats": 12,
    }
    assert data["after"][1] == {
        "partner": "5100000003",
        "name": "Dune",
        "role": "distributor",
        "subscription": None,
        "effective_at": "2026-01-01T00:00:00.000000+00:00",
    }
    assert data["by"]["door"] == "cli"


def test_events_are_frozen_as_every_other_event(directory: Path) -> None:
    book = rows()
    book["accounts"][0]["name"] = 'Tab\tand "quotes" \\ and Ωμέγα'
    book["subscriptions"][0]["product"] = 'Pad 9" <b>'
    load(directory, book)
    bodies = [bytes(body) for (body,) in query("SELECT body FROM event")]
    assert len(bodies) == 2 + 3 + 4 + 4
    for body in bodies:
        again = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
        assert body == again.encode()


def test_people_are_told_of_by_id_alone(directory: Path) -> None:
    load(directory)
    told = " ".join(json.dumps(data) for _type, data in events("person"))
    assert "alder.example" not in told
    assert "Max" not in told
    roles = [data["roles_granted"] for _type, data in events("person")]
    assert sorted(len(each) for each in roles) == [1, 1, 1, 2]
    assert {"role": "operations", "account": None, "partner": None} in [
        role for each in roles for role in each
    ]


def test_nobody_who_was_imported_has_a_password(directory: Path) -> None:
    load(directory)
    assert query("SELECT count(*) FROM person WHERE password !~ '^!'") == [(0,)]


def test_the_same_files_again_change_nothing(directory: Path) -> None:
    load(directory)
    before = query("SELECT count(*) FROM event")
    report = load(directory)
    assert report.applied
    assert counts(report) == {
        name: (0, 0, new, 0) for name, (new, _, _, _) in everything(rows()).items()
    }
    assert query("SELECT count(*) FROM event") == before


def test_a_dry_run_says_what_would_be_and_does_nothing(directory: Path) -> None:
    report = load(directory, dry_run=True)
    assert not report.applied
    assert counts(report) == everything(rows())
    assert query("SELECT count(*) FROM account") == [(0,)]


def test_what_is_other_than_known_is_brought_up_to_date_and_told(directory: Path) -> None:
    load(directory)
    book = rows()
    book["accounts"][0]["name"] = "Alder Works"
    book["partners"][2]["status"] = "active"
    book["people"][0]["name"] = "Anna"
    book["people"].append({**book["people"][0], "belongs_to": "4100000002", "role": "viewer"})
    book["agreements"][0].update(end_date="2028-06-30", auto_renew="true", contract_manager="")
    book["subscriptions"][0]["seats"] = "15"
    report = load(directory, book)
    assert counts(report) == {
        "accounts": (0, 1, 1, 0),
        "partners": (0, 1, 2, 0),
        "people": (1, 1, 4, 0),
        "agreements": (0, 1, 3, 0),
        "subscriptions": (0, 1, 2, 0),
        "partners_of_record": (0, 0, 4, 0),
    }
    assert query(
        "SELECT version, moved_at_version, ends_on::text, contract_manager_id"
        " FROM agreement WHERE reference = %s",
        CONTRACT,
    ) == [(2, 2, "2028-06-30", None)]
    type, data = events("agreement", CONTRACT)[1]
    assert type == "agreement.updated"
    assert data["terms"] == [
        {"number": 1, "start_on": "2026-01-01", "end_on": "2028-06-30", "auto_renew": True}
    ]
    assert [each["seats"] for each in data["subscriptions"]] == [15]
    assert [type for type, _data in events("account", "4100000001")] == [
        "account.loaded",
        "account.updated",
    ]
    assert [type for type, _data in events("partner", "5100000003")] == [
        "partner.loaded",
        "partner.updated",
    ]
    assert ("person.updated", True, 1) in [
        (type, data["renamed"], len(data["roles_granted"])) for type, data in events("person")
    ]
    assert all_is_well()


def test_a_subscription_that_comes_later_is_told_by_its_agreement(directory: Path) -> None:
    load(directory)
    book = rows()
    book["subscriptions"].append({**book["subscriptions"][0], "reference": "558-00000077"})
    assert counts(load(directory, book))["subscriptions"] == (1, 0, 3, 0)
    assert query("SELECT version FROM agreement WHERE reference = %s", CONTRACT) == [(2,)]
    assert all_is_well()


def test_a_term_that_begins_after_the_last_one_is_a_renewal(directory: Path) -> None:
    load(directory)
    book = rows()
    book["agreements"][0].update(start_date="2028-01-01", end_date="2028-12-31")
    load(directory, book)
    assert query(
        "SELECT number, start_on::text, end_on::text FROM term JOIN agreement"
        " ON agreement.id = agreement_id WHERE reference = %s ORDER BY number",
        CONTRACT,
    ) == [(1, "2026-01-01", "2027-12-31"), (2, "2028-01-01", "2028-12-31")]
    book["agreements"][0].update(start_date="2027-06-01")
    assert ("agreements.csv", 2, "start_date", "term_overlaps") in codes(load(directory, book))


def test_a_row_that_repeats_an_earlier_term_after_a_renewal_says_nothing_new(
    directory: Path,
) -> None:
    load(directory)
    renewed = rows()
    renewed["agreements"][0].update(start_date="2028-01-01", end_date="2028-12-31")
    load(directory, renewed)
    terms = "SELECT number, start_on::text, end_on::text FROM term JOIN agreement"
    terms += " ON agreement.id = agreement_id WHERE reference = %s ORDER BY number"
    before = query(terms, CONTRACT)
    again = load(directory, rows())
    assert not codes(again) and counts(again)["agreements"][1] == 0
    other = rows()
    other["agreements"][0].update(country="FR")
    assert counts(load(directory, other))["agreements"][1] == 1, "what else it says counts"
    assert query(terms, CONTRACT) == before and len(before) == 2
    ends = "SELECT country, ends_on::text FROM agreement WHERE reference = %s"
    assert query(ends, CONTRACT) == [("FR", "2028-12-31")]
    assert all_is_well()


def test_a_column_that_is_left_out_leaves_what_is_known(directory: Path) -> None:
    book = rows()
    for row in book["partners"]:
        row["language"] = "fr"
    load(directory, book)
    assert counts(load(directory, rows()))["partners"] == (0, 0, 3, 0)
    assert query("SELECT DISTINCT language FROM partner") == [("fr",)]
    book["partners"][0]["language"] = ""
    assert counts(load(directory, book))["partners"] == (0, 1, 2, 0)
    assert query("SELECT language FROM partner WHERE name = 'Larkspur'") == [("en",)]


def test_a_partner_takes_part_in_the_program_that_its_row_names(directory: Path) -> None:
    book = rows()
    for row in book["partners"]:
        row["program"] = "Premier"
    load(directory, book)
    assert query("SELECT DISTINCT program FROM partner") == [("Premier",)]
    told = {data["program"] for _type, data in events("partner")}
    assert told == {"Premier"}


def test_a_missing_row_ends_nothing(directory: Path) -> None:
    load(directory)
    book = {name: table[:1] for name, table in rows().items()}
    assert load(directory, book).written == 0
    assert query("SELECT count(*) FROM tenure WHERE superseded_at IS NULL") == [(4,)]


def test_files_may_come_one_at_a_time(directory: Path, tmp_path: Path) -> None:
    for name, table in rows().items():
        (directory / name).mkdir()
        report = load(directory / name, {name: table})
        assert counts(report)[name][3] == (4 if name == "partners_of_record" else 0)
    assert query("SELECT count(*) FROM agreement") == [(4,)]


def test_an_email_is_the_same_person_whatever_its_case(directory: Path) -> None:
    book = rows()
    book["people"][2]["email"] = "MAX@alder.example"
    load(directory, book)
    assert query(
        "SELECT count(*) FROM role JOIN person ON person.id = person_id"
        " WHERE email = 'max@alder.example'"
    ) == [(2,)]


def test_a_day_begins_at_midnight_of_the_vendor(directory: Path, settings: Any) -> None:
    settings.TIME_ZONE = "America/Los_Angeles"
    book = rows()
    book["partners_of_record"][0]["effective_at"] = "2026-07-01"
    load(directory, book)
    starts = {at for (at,) in query("SELECT effective_from FROM tenure")}
    assert datetime(2026, 7, 1, 7, tzinfo=UTC) in starts


def test_the_number_of_statements_does_not_depend_on_the_rows(
    directory: Path, tmp_path: Path
) -> None:
    small: list[str] = []
    large: list[str] = []
    with statements(small):
        load(directory)
    book = rows()
    for number in range(300):
        reference = f"2111{number:08d}"
        book["agreements"].append({**book["agreements"][0], "reference": reference})
        book["partners_of_record"].append(
            {**book["partners_of_record"][0], "agreement_reference": reference}
        )
    (tmp_path / "large").mkdir()
    with statements(large):
        assert load(tmp_path / "large", book).applied
    assert len(small) == len(large)
