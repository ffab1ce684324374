"""The account with 5,000 subscriptions, so that lists are honest."""

from ofrecord.cli.demo.customers import manager_of
from ofrecord.cli.demo.ledger import Deal, Ledger, Line, Role
from ofrecord.cli.demo.sheets import Account, Partner
from ofrecord.cli.demo.story import PRODUCTS

SUBSCRIPTIONS = 5_000


def add(ledger: Ledger, account: Account) -> None:
    random = ledger.random
    partners = [row for row in ledger.partners if row.serves(account.country, ())]
    left = SUBSCRIPTIONS
    while left:
        lines = [
            (random.choice(PRODUCTS), random.randrange(1, 200))
            for _line in range(min(left, random.choice((1, 1, 1, 2, 3, 5, 8, 13))))
        ]
        alone = len(lines) == 1 and random.random() < 0.3
        agree = ledger.subscription if alone else ledger.contract
        agree(account, _deal(ledger, account, lines, random.choice(partners)))
        left -= len(lines)


def _deal(ledger: Ledger, account: Account, lines: list[Line], partner: Partner) -> Deal:
    role = "distributor" if partner.kind == "distributor" else "reseller"
    return Deal(
        ledger.random.randrange(-120, 1000),
        lines,
        [Role(partner.account_number, role)],
        years=3,
        manager=manager_of(ledger, account),
        auto_renew=ledger.random.random() < 0.25,
        partner_since=ledger.random.randrange(3),
    )
