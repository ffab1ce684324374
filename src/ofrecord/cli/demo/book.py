"""The whole book of the demo vendor, the same on every load but for today's date."""

from datetime import date
from pathlib import Path
from random import Random

from ofrecord.cli.demo import customers, firms, meridian, northgate, orchid, ordinary
from ofrecord.cli.demo.ledger import Ledger
from ofrecord.cli.demo.sheets import (
    Account,
    Agreement,
    Partner,
    PartnerOfRecord,
    Person,
    Subscription,
    write_sheet,
)
from ofrecord.cli.demo.story import STORY

SEED = 20_240_229
TOLD_APART = {
    STORY.account: orchid.add,
    STORY.bulk_account: meridian.add,
    STORY.large_account: northgate.add,
}


def compose(today: date) -> Ledger:
    """The book as it stands on that date; `history` is in the order in which it happened."""
    ledger = Ledger(today, Random(SEED))  # noqa: S311 - the same book on every load is the point
    firms.enlist(ledger)
    customers.open_accounts(ledger)
    for account in ledger.accounts:
        TOLD_APART.get(account.account_number, ordinary.add)(ledger, account)
    ledger.history.sort(key=lambda change: -change.days_ago)
    return ledger


def write(directory: Path, today: date) -> Ledger:
    """Write the six feeds into `directory`, which is made if need be."""
    ledger = compose(today)
    directory.mkdir(parents=True, exist_ok=True)
    for name, columns, rows in (
        ("accounts", Account._fields, ledger.accounts),
        ("partners", Partner._fields, ledger.partners),
        ("people", Person._fields, ledger.people),
        ("agreements", Agreement._fields, ledger.agreements),
        ("subscriptions", Subscription._fields, ledger.subscriptions),
        ("partners_of_record", PartnerOfRecord._fields, ledger.records),
    ):
        write_sheet(directory / f"{name}.csv", columns, rows)
    return ledger
