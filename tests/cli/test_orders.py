"""`ofrecord order book`: its answers and endings. What a file means is tested with feeds."""

from pathlib import Path

import pytest

from tests.cast import Cast, of_record
from tests.cli.conftest import Type
from tests.quotes.selling import GORSE, LARKSPUR, orders

HEAD = (
    "transaction,kind,account_number,partner_account_number,agreement_reference,product,seats,"
    "currency,net"
)


@pytest.fixture
def reference(cast: Cast) -> str:
    return cast.subscription()


@pytest.fixture
def file(reference: str, tmp_path: Path) -> Path:
    path = tmp_path / "booked.csv"
    row = f"SO-1,seats,5100000001,7200000002,{reference},Draft,5,EUR,600.00"
    path.write_text(f"{HEAD}\n{row}\n")
    return path


def test_a_file_is_booked_and_again_it_is_known(type_in: Type, reference: str, file: Path) -> None:
    first = type_in("order", "book", file, "--json")
    (done,) = first.json["transactions"]
    assert (first.code, done["state"], done["line"]) == (0, "booked", 2)
    assert done["order"].startswith("ORD-") and done["agreements"] == [reference]
    assert len(done["changes"]) == 1 and of_record(reference) == {GORSE}
    again = type_in("order", "book", file, "--json")
    assert (again.code, again.json["known"], again.json["booked"]) == (0, 1, 0)
    assert again.json["transactions"][0]["order"] == done["order"]
    assert "Booked" in type_in("order", "book", file).out


def test_a_dry_run_books_nothing(type_in: Type, reference: str, file: Path) -> None:
    tried = type_in("order", "book", file, "--dry-run", "--json")
    assert (tried.code, tried.json["booked"], tried.json["applied"]) == (0, 1, False)
    assert orders() == 0 and of_record(reference) == {LARKSPUR}
    assert "nothing was booked" in type_in("order", "book", file, "--dry-run").out


def test_what_is_refused_is_told_row_by_row(type_in: Type, reference: str, file: Path) -> None:
    with file.open("a") as more:
        more.write(f"SO-2,seats,5100000001,7200000002,{reference},Draft,5,EUR,1.005\n")
        more.write(f"SO-3,gift,5100000001,7200000002,{reference},Draft,5,EUR,1.00\n")
    some = type_in("order", "book", file, "--json")
    assert (some.code, some.json["booked"], some.json["refused"]) == (3, 1, 2)
    told = [each["refusals"] for each in some.json["transactions"][1:]]
    assert [(f["line"], f["column"], f["code"]) for (f,) in told] == [
        (3, "", "amount_unusable"),
        (4, "kind", "not_a_choice"),
    ]
    assert '"gift"' in told[1][0]["reason"]
    again = type_in("order", "book", file)
    assert again.code == 3 and "SO-3" in again.out


def test_what_is_no_file_is_bad_usage(type_in: Type, cast: Cast, tmp_path: Path) -> None:
    assert type_in("order", "book", tmp_path / "none.csv").code == 2
    assert type_in("order", "book", tmp_path).code == 2
