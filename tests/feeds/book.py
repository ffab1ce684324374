"""A small book in files, whose rows a test spoils one at a time."""

import csv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.db import connection

from ofrecord.feeds.load import Report, import_book
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

Rows = dict[str, list[dict[str, str]]]
BY = Actor.system("cli")


def rows() -> Rows:
    """Two accounts, three partners, four agreements; one of them sold direct."""
    return {
        "accounts": [
            {"account_number": "4100000001", "name": "Alder", "country": "DE", "language": "de"},
            {"account_number": "4100000002", "name": "Birch", "country": "US", "language": ""},
        ],
        "partners": [
            _partner("5100000001", "Larkspur", "reseller"),
            _partner("5100000002", "Gorse", "solution_provider", authorized_countries="DE; AT"),
            _partner("5100000003", "Dune", "distributor", status="suspended"),
        ],
        "people": [
            _person("ann@alder.example", "Ann", "4100000001", "primary_admin"),
            _person("max@alder.example", "Max", "4100000001", "viewer"),
            _person("max@alder.example", "Max", "4100000002", "secondary_admin"),
            _person("rep@larkspur.example", "Rhea", "5100000001", "partner_rep"),
            _person("ops@vendor.example", "Otto", "vendor", "operations"),
        ],
        "agreements": [
            _agreement("200000000001", contract_manager="max@alder.example"),
            _agreement("200000000002", program="eba", token_flex="true"),
            _agreement("57-00000003", purchasing_model="subscription", auto_renew="true"),
            _agreement("200000000004", account_number="4100000002", country="US"),
        ],
        "subscriptions": [
            _subscription("558-00000001", "200000000001", "Draft Studio", "12"),
            _subscription("558-00000002", "200000000001", "Éclair Viewer", "3"),
            _subscription("57-00000003", "57-00000003", "Render Cloud", "1"),
        ],
        "partners_of_record": [
            _of_record("200000000001", "5100000001"),
            _of_record("200000000001", "5100000003", role="distributor"),
            _of_record("200000000002", "5100000002", effective_at="2025-05-01T09:30:00+02:00"),
            _of_record("57-00000003", "5100000001", subscription_reference="57-00000003"),
        ],
    }


def _partner(account_number: str, name: str, kind: str, **more: str) -> dict[str, str]:
    given = {"account_number": account_number, "name": name, "kind": kind, "status": "active"}
    place = {"street": "Quay 1", "city": "Bremen", "postal_code": "28195", "country": "DE"}
    reach = {"email": f"desk@{name.lower()}.example", "website": f"https://{name.lower()}.example"}
    served = {"authorized_countries": "", "authorized_products": ""}
    return {**given, **place, **reach, **served, **more}


def _person(email: str, name: str, belongs_to: str, role: str) -> dict[str, str]:
    return {"email": email, "name": name, "belongs_to": belongs_to, "role": role}


def _agreement(reference: str, **more: str) -> dict[str, str]:
    return {
        "reference": reference,
        "purchasing_model": "contract",
        "account_number": "4100000001",
        "program": "standard",
        "token_flex": "false",
        "auto_renew": "false",
        "start_date": "2026-01-01",
        "end_date": "2027-12-31",
        "country": "DE",
        "contract_manager": "",
        **more,
    }


def _subscription(reference: str, agreement: str, product: str, seats: str) -> dict[str, str]:
    return {
        "reference": reference,
        "agreement_reference": agreement,
        "product": product,
        "seats": seats,
    }


def _of_record(agreement: str, partner: str, **more: str) -> dict[str, str]:
    return {
        "agreement_reference": agreement,
        "partner_account_number": partner,
        "role": "reseller",
        "effective_at": "2026-01-01",
        "subscription_reference": "",
        **more,
    }


def write(directory: Path, book: Rows) -> Path:
    """The files of the book; a table without rows is a file with a header, one left out none."""
    headers = {name: list(table[0]) for name, table in rows().items()}
    for name, table in book.items():
        with (directory / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(table[0]) if table else headers[name])
            writer.writeheader()
            writer.writerows(table)
    return directory


def load(directory: Path, book: Rows | None = None, **options: Any) -> Report:
    """Write the book and import it, as the operator at the terminal does."""
    return import_book(write(directory, rows() if book is None else book), by=BY, **options)


def codes(report: Report) -> set[tuple[str, int, str, str]]:
    """What was refused: file, line, column, code."""
    return {(each.file, each.line, each.column, each.code) for each in report.refusals}


def counts(report: Report) -> dict[str, tuple[int, int, int, int]]:
    """Of each file: new, changed, unchanged, refused."""
    return {
        file.name.removesuffix(".csv"): (file.new, file.changed, file.unchanged, file.refused)
        for file in report.files
    }


def query(sql: str, *given: str | int) -> list[tuple[Any, ...]]:
    """What the database holds, seen as the system sees it."""
    with seeing(BY), connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def statements(
    seen: list[str],
) -> AbstractContextManager[None]:
    """Collect the SQL that is executed meanwhile."""

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    return connection.execute_wrapper(note)


def read_refused(directory: Path, name: str) -> Iterator[dict[str, str]]:
    with (directory / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
