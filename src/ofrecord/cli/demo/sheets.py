"""One class a feed: its fields are the columns of the file, in their order."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

Cell = str | int | bool | date | tuple[str, ...]


class Account(NamedTuple):
    account_number: str
    name: str
    country: str
    language: str


class Partner(NamedTuple):
    account_number: str
    name: str
    kind: str
    status: str
    street: str
    city: str
    postal_code: str
    country: str
    email: str
    website: str
    authorized_countries: tuple[str, ...]
    authorized_products: tuple[str, ...]
    language: str

    def serves(self, country: str, products: Iterable[str]) -> bool:
        """True when this partner may be made partner of record for all of it today."""
        return (
            self.status == "active"
            and (not self.authorized_countries or country in self.authorized_countries)
            and (not self.authorized_products or set(products) <= set(self.authorized_products))
        )


class Person(NamedTuple):
    """One role of one person; somebody with two roles has two rows."""

    email: str
    name: str
    belongs_to: str
    role: str


class Agreement(NamedTuple):
    reference: str
    purchasing_model: str
    account_number: str
    program: str
    token_flex: bool
    auto_renew: bool
    start_date: date
    end_date: date
    country: str
    contract_manager: str


class Subscription(NamedTuple):
    reference: str
    agreement_reference: str
    product: str
    seats: int


class PartnerOfRecord(NamedTuple):
    agreement_reference: str
    partner_account_number: str
    role: str
    effective_at: str
    subscription_reference: str = ""


def cell(value: Cell) -> str:
    """A value as the feeds write it: `true`/`false`, ISO dates, lists joined by semicolons."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(value)
    return str(value)


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell(value) for value in row] for row in rows)
