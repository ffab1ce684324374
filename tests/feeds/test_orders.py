"""A file of what the ERP has booked: each transaction once, whatever the file is."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ofrecord.feeds import order_rows
from ofrecord.feeds.orders import FeedError, Report, book_file
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.models import Order
from tests.cast import Cast, of_record
from tests.quotes.selling import GORSE, LARKSPUR, orders, sound
from tests.quotes.test_book import seats

COLUMNS = [
    *("transaction", "kind", "account_number", "partner_account_number", "agreement_reference"),
    *("product", "seats", "currency", "net"),
    *("tax", "start_date", "end_date", "purchase_order"),
]
Write = Callable[..., Path]


def sold(reference: str, **given: Any) -> dict[str, Any]:
    """Five more seats of Draft, sold by Gorse."""
    return {
        "transaction": f"SO-{reference}",
        "kind": "seats",
        "account_number": "5100000001",
        "partner_account_number": "7200000002",
        "agreement_reference": reference,
        "product": "Draft",
        "seats": "5",
        "currency": "EUR",
        "net": "600.00",
        "tax": "114.00",
        **given,
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*rows: dict[str, Any], columns: list[str] = COLUMNS) -> Path:
        path = tmp_path / "booked.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return written


def booked(path: Path, **given: Any) -> Report:
    return book_file(path, by=Actor.system("cli"), **given)


def codes(report: Report) -> list[list[str]]:
    return [[each.code for each in outcome.refusals] for outcome in report.outcomes]


def states(report: Report) -> list[str]:
    return [each.state for each in report.outcomes]


def test_each_transaction_is_booked_once_however_often_the_file_comes(
    cast: Cast, write: Write
) -> None:
    first, second = cast.subscription(), cast.subscription()
    path = write(sold(first), sold(second))
    assert states(booked(path)) == ["booked", "booked"]
    assert of_record(first) == of_record(second) == {GORSE}
    assert seats(first) == {"Draft": 15}
    assert states(booked(path)) == ["known", "known"]
    assert orders() == 2 and seats(first) == {"Draft": 15}
    sound()


def test_rows_that_follow_each_other_are_lines_of_one_transaction(cast: Cast, write: Write) -> None:
    today = clock.today()
    term = {"start_date": today, "end_date": today + timedelta(days=364)}
    lines = [sold("new", kind="purchase", agreement_reference="", **term) for _ in range(2)]
    lines[1]["product"] = "Plant"
    report = booked(write(*lines))
    assert (report.rows, states(report)) == (2, ["booked"])
    with seeing(Actor.system()):
        order = Order.objects.get()
    assert [line["product"] for line in order.lines] == ["Draft", "Plant"]
    assert len(report.outcomes[0].agreements) == 2, "one subscription for each product"


def test_a_renewal_waits_for_the_first_day_of_its_term(
    cast: Cast, write: Write, settings: Any
) -> None:
    reference = cast.contract(days=39)
    start = clock.today() + timedelta(days=40)
    term = {"kind": "renewal", "start_date": start, "end_date": start + timedelta(days=364)}
    assert states(booked(write(sold(reference, **term)))) == ["booked"]
    assert of_record(reference) == {LARKSPUR}
    settings.OFRECORD_TODAY = start
    assert of_record(reference) == {GORSE}


def test_a_dry_run_does_it_all_and_takes_it_back(cast: Cast, write: Write) -> None:
    reference = cast.subscription()
    path = write(
        sold(reference),
        sold(reference, transaction="SO-2", kind="switch", product="Plant", replaces="Draft"),
        sold(reference, transaction="SO-3", product="Draft"),
        columns=[*COLUMNS, "replaces"],
    )
    dry = booked(path, dry_run=True)
    assert states(dry) == ["booked", "booked", "refused"], "the third sees what the second did"
    assert not dry.applied and dry.outcomes[0].order is None
    assert orders() == 0 and of_record(reference) == {LARKSPUR}
    assert states(booked(path)) == states(dry)
    sound()


def test_what_is_refused_leaves_nothing_and_the_others_go_through(cast: Cast, write: Write) -> None:
    good, bad = cast.subscription(), cast.subscription()
    report = booked(
        write(
            sold(good),
            sold(bad, transaction="SO-1", partner_account_number="7299999999"),
            sold(bad, transaction="SO-2", currency="XXQ"),
            sold(bad, transaction="SO-3", net="1.005"),
            sold(bad, transaction="SO-4", product="Unknown"),
            sold("71-99999999"),
            sold(good, net="1.00"),
        )
    )
    assert codes(report) == [
        [],
        ["not_found"],
        ["currency_unknown"],
        ["amount_unusable"],
        ["lines_unusable"],
        ["not_found"],
        ["rows_apart"],
    ]
    assert [each.line for each in report.outcomes] == list(range(2, 9))
    assert orders() == 1 and of_record(bad) == {LARKSPUR} and seats(bad) == {"Draft": 10}


@pytest.mark.parametrize(
    ("given", "column", "code"),
    [
        ({"transaction": "SO 1"}, "transaction", "malformed_number"),
        ({"transaction": ""}, "transaction", "missing"),
        ({"kind": "gift"}, "kind", "not_a_choice"),
        ({"net": "1,5"}, "net", "not_an_amount"),
        ({"net": "-1"}, "net", "not_an_amount"),
        ({"net": "1e9"}, "net", "not_an_amount"),
        ({"net": "NaN"}, "net", "not_an_amount"),
        ({"currency": "eur"}, "currency", "malformed_currency"),
        ({"seats": "many"}, "seats", "not_a_number"),
        ({"end_date": "2026-02-30"}, "end_date", "not_a_date"),
        ({"product": "a\x07b"}, "product", "control_character"),
        ({"product": "x" * 1_001}, "product", "too_long"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(
    cast: Cast, write: Write, given: dict[str, Any], column: str, code: str
) -> None:
    report = booked(write(sold(cast.subscription(), **given)))
    ((fault,),) = [each.refusals for each in report.outcomes]
    assert (fault.line, fault.column, fault.code) == (2, column, code)
    assert orders() == 0


def test_rows_of_one_transaction_that_say_different_things_are_refused(
    cast: Cast, write: Write
) -> None:
    reference = cast.subscription()
    report = booked(write(sold(reference), sold(reference, net="700.00", product="Plant")))
    ((fault,),) = [each.refusals for each in report.outcomes]
    assert (fault.line, fault.column, fault.code) == (3, "net", "rows_differ")
    assert orders() == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "not_utf8"),
        (b"transaction,kind\nSO-1,seats\n", "missing_column"),
        (b'transaction,"kind\n', "malformed_row"),
        (b"transaction,transaction\n", "repeated_column"),
    ],
)
def test_a_file_that_is_none_books_nothing(
    cast: Cast, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    report = booked(path)
    assert code in codes(report)[0] and orders() == 0


def test_damaged_rows_between_good_ones_are_named_alone(cast: Cast, write: Write) -> None:
    first, second = cast.subscription(), cast.subscription()
    path = write(sold(first), sold(second))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[1], b"\xff,\xfe\n", b"one cell\n", lines[2]]))
    report = booked(path)
    assert codes(report) == [[], ["not_utf8"], ["wrong_columns"], []]
    assert orders() == 2


def test_too_many_rows_and_what_is_no_file_are_refused_whole(
    cast: Cast, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_rows, "MOST_ROWS", 1)
    with pytest.raises(FeedError):
        booked(write(sold(cast.subscription()), sold(cast.subscription())))
    with pytest.raises(FeedError):
        booked(tmp_path)
    assert orders() == 0


def test_columns_that_are_not_needed_may_be_missing(cast: Cast, write: Write) -> None:
    needed = COLUMNS[:9]
    assert states(booked(write(sold(cast.subscription()), columns=needed))) == ["booked"]
    with seeing(Actor.system()):
        assert Order.objects.get().tax == 0
