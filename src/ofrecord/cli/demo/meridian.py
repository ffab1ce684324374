"""The account that moves 300 contracts to one partner in one go; some of them can't."""

from dataclasses import replace
from itertools import cycle

from ofrecord.cli.demo.customers import manager_of
from ofrecord.cli.demo.ledger import Deal, Ledger, Role, ScriptedChange
from ofrecord.cli.demo.sheets import Account, Partner
from ofrecord.cli.demo.story import CIVIL, DRAFT, DRAFT_LT, FLEX, PLANT, RENDER, STORY, SURVEY

CONTRACTS = 300


def add(ledger: Ledger, account: Account) -> None:
    resellers = _british_resellers(ledger)
    refused = [*_refused(resellers), *_moving(resellers)]
    turns = cycle(resellers)
    manager = manager_of(ledger, account)
    for place in range(CONTRACTS):
        # The refused ones lie scattered among the others, as in life.
        if place % 12 == 5 and refused:
            deal, codes = refused.pop(0)
            agreement = ledger.contract(account, replace(deal, manager=manager))
            ledger.bulk_refused[agreement.reference] = codes
            if "change_in_progress" in codes:
                ledger.history.append(_on_its_way(ledger, agreement.reference))
        else:
            deal = _movable(ledger, next(turns))
            ledger.contract(account, replace(deal, manager=manager))


def _british_resellers(ledger: Ledger) -> list[Partner]:
    fits = [row for row in ledger.partners if row.country == "GB" and row.serves("GB", [PLANT])]
    others = [row for row in fits if row.account_number != STORY.bulk_partner]
    return [row for row in others if row.kind != "distributor"]


def _movable(ledger: Ledger, partner: Partner) -> Deal:
    product = ledger.random.choice((DRAFT, DRAFT_LT, CIVIL, RENDER, SURVEY))
    return Deal(
        ledger.random.randrange(95, 690),
        [(product, ledger.random.randrange(1, 80))],
        [Role(partner.account_number)],
        years=2,
    )


def _refused(resellers: list[Partner]) -> list[tuple[Deal, tuple[str, ...]]]:
    old, new = [Role(resellers[0].account_number)], [Role(STORY.bulk_partner)]
    studio, plant, tokens = [(DRAFT, 10)], [(PLANT, 4)], [(FLEX, 1)]
    ending = [(Deal(days, studio, old), ("near_expiration",)) for days in (90, 61, 30, 1, 0)]
    over = [(Deal(days, studio, old), ("expired",)) for days in (-1, -15, -30, -31)]
    renewing = [
        (Deal(days, studio, old, auto_renew=True), ("auto_renews",)) for days in (91, 200, 330)
    ]
    flexible = [
        (Deal(days, tokens, old, program="eba", token_flex=True), ("token_flex",))
        for days in (150, 300)
    ]
    same = [(Deal(days, studio, new), ("partner_same",)) for days in (120, 180, 240)]
    abroad = [(Deal(d, studio, old, country="US"), ("partner_territory",)) for d in (140, 260)]
    unfit = [(Deal(days, plant, old), ("partner_product",)) for days in (170, 280)]
    everything = Deal(60, tokens, old, auto_renew=True, program="eba", token_flex=True)
    three = (everything, ("auto_renews", "token_flex", "near_expiration"))
    return [*ending, *over, *renewing, *flexible, *same, *abroad, *unfit, three]


def _moving(resellers: list[Partner]) -> list[tuple[Deal, tuple[str, ...]]]:
    deal = Deal(300, [(CIVIL, 12)], [Role(resellers[0].account_number)], years=2)
    return [(deal, ("change_in_progress",))] * 2


def _on_its_way(ledger: Ledger, reference: str) -> ScriptedChange:
    to = _british_resellers(ledger)[1].account_number
    return ScriptedChange(
        3, reference, to, STORY.bulk_admin, "Handed over with the ward refit", ledger.day(12)
    )
