"""A clean book in which every partner can be changed, over and over.

Small accounts of a hundred agreements each, whose agreements are changed singly, and one large
account whose agreements move together. Agreement `k` is with partner `k` modulo `PARTNERS`,
those of the large account with the first partner.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ofrecord.cli.demo.sheets import (
    Account,
    Agreement,
    Partner,
    PartnerOfRecord,
    Person,
    Subscription,
    write_sheet,
)

PARTNERS = 100
OF_AN_ACCOUNT = 100
LARGE = "5100999999"
PEOPLE = (("admin", "primary_admin"), ("deputy", "secondary_admin"), ("keeper", "viewer"))


def reference(k: int) -> str:
    return f"4{k:011}"


def partner(k: int) -> str:
    return f"{7_200_000_000 + k % PARTNERS}"


def account(k: int, singly: int) -> str:
    return f"{5_100_000_000 + k // OF_AN_ACCOUNT}" if k < singly else LARGE


def email(who: str, account_number: str) -> str:
    return f"{who}.{account_number}@bench.example"


def write(directory: Path, singly: int, together: int) -> None:
    """`singly` agreements in small accounts, then `together` in the large one."""
    every = range(singly + together)
    accounts = sorted({account(k, singly) for k in every})
    subscriptions = (Subscription(f"71-{k:08}", reference(k), "Draw", seats=5) for k in every)
    for name, columns, rows in (
        ("accounts", Account._fields, _accounts(accounts)),
        ("partners", Partner._fields, _partners()),
        ("people", Person._fields, _people(accounts)),
        ("agreements", Agreement._fields, (_agreement(k, singly) for k in every)),
        ("subscriptions", Subscription._fields, subscriptions),
        ("partners_of_record", PartnerOfRecord._fields, (_of_record(k, singly) for k in every)),
    ):
        write_sheet(directory / f"{name}.csv", columns, rows)


def _start() -> date:
    return datetime.now(UTC).date() - timedelta(100)


def _accounts(numbers: list[str]) -> Iterator[Account]:
    return (Account(at, f"Customer {at}", "DE", "en") for at in numbers)


def _partners() -> Iterator[Partner]:
    at = {"street": "1 Main Street", "city": "Berlin", "postal_code": "10115", "country": "DE"}
    for k in range(PARTNERS):
        yield Partner(
            account_number=partner(k),
            name=f"Partner {k:03}",
            kind="reseller",
            status="active",
            **at,
            email=f"orders@partner{k}.example",
            website="",
            authorized_countries=(),
            authorized_products=(),
            language="en",
        )


def _people(numbers: list[str]) -> Iterator[Person]:
    for at in numbers:
        for who, role in PEOPLE:
            yield Person(email(who, at), f"{who.title()} {at}", at, role)


def _agreement(k: int, singly: int) -> Agreement:
    at = account(k, singly)
    return Agreement(
        reference=reference(k),
        purchasing_model="contract",
        account_number=at,
        program="standard",
        token_flex=False,
        auto_renew=False,
        start_date=_start(),
        end_date=_start() + timedelta(365),
        country="DE",
        contract_manager=email("keeper", at),
    )


def _of_record(k: int, singly: int) -> PartnerOfRecord:
    since = _start().isoformat()
    return PartnerOfRecord(reference(k), partner(k if k < singly else 0), "reseller", since)
