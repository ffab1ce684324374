"""The other accounts: what a channel looks like on a normal day, and what has happened in it."""

from dataclasses import replace

from ofrecord.cli.demo.customers import manager_of
from ofrecord.cli.demo.ledger import Deal, Ledger, Line, Role, ScriptedChange
from ofrecord.cli.demo.sheets import Account, Agreement, Partner
from ofrecord.cli.demo.story import DRAFT, FLEX, PRODUCTS, STORY

REASONS = (
    "Closer to our office",
    "Better service",
    "Our partner closes its branch",
    "Tender decided by the board",
    "Consolidating suppliers",
    "Support in our language",
)


def add(ledger: Ledger, account: Account) -> None:
    if account.account_number == STORY.other_account:
        partner = _serving(ledger, account.country)[0]
        deal = Deal(210, [(DRAFT, 16)], [Role(partner.account_number)])
        ledger.contract(account, deal, STORY.other_contract)
    for _contract in range(ledger.random.randrange(11, 15)):
        deal = _contract_deal(ledger, account)
        agreement = ledger.contract(account, deal)
        if ledger.random.random() < 0.16:
            _past(ledger, account, agreement, deal)
    for _subscription in range(ledger.random.randrange(5, 9)):
        ledger.subscription(account, _subscription_deal(ledger, account))


def _serving(ledger: Ledger, country: str) -> list[Partner]:
    """Active partners of that country that sell everything, resellers first."""
    fits = [row for row in ledger.partners if row.serves(country, PRODUCTS)]
    return [row for row in fits if row.kind != "distributor" and row.country == country]


def _lines(ledger: Ledger, most: int) -> list[Line]:
    random = ledger.random
    products = [product for product in PRODUCTS if product != FLEX]
    chosen = random.sample(products, random.randrange(1, most + 1))
    return [(product, random.randrange(1, 60)) for product in chosen]


def _roles(ledger: Ledger, country: str) -> list[Role]:
    """Mostly one reseller; sometimes with a distributor, sometimes nobody, now and then a
    partner that has left since."""
    random = ledger.random
    home = [row for row in ledger.partners if country in row.authorized_countries]
    chains = [row for row in ledger.partners if row.kind == "distributor"]
    first, second = random.sample(home, 2)
    reseller = Role(first.account_number)
    distributor = Role(random.choice(chains).account_number, "distributor")
    services = Role(second.account_number, "services")
    sets: tuple[list[Role], ...] = (
        [],
        [reseller],
        [reseller, distributor],
        [reseller, distributor, services],
    )
    return random.choices(sets, (6, 70, 18, 6))[0]


def _contract_deal(ledger: Ledger, account: Account) -> Deal:
    random = ledger.random
    years = random.choice((1, 1, 2, 3))
    days = random.randrange(-120, years * 365 - 20)
    enterprise = random.random() < 0.06
    tokens = enterprise and random.random() < 0.6
    return Deal(
        days=days,
        lines=[(FLEX, 1)] if tokens else _lines(ledger, 3),
        partners=_roles(ledger, account.country),
        years=years,
        auto_renew=days > 0 and random.random() < 0.25,
        program="eba" if enterprise else "standard",
        token_flex=tokens,
        manager=manager_of(ledger, account),
        partner_since=random.choice((0, 0, 1, 2)),
    )


def _subscription_deal(ledger: Ledger, account: Account) -> Deal:
    days = ledger.random.randrange(-60, 350)
    return Deal(
        days=days,
        lines=_lines(ledger, 1),
        partners=_roles(ledger, account.country),
        auto_renew=days > 0 and ledger.random.random() < 0.6,
        manager=manager_of(ledger, account) if ledger.random.random() < 0.5 else "",
    )


def _past(ledger: Ledger, account: Account, agreement: Agreement, deal: Deal) -> None:
    """One or two changes that were allowed on their day: in the term, over 90 days to its end."""
    random = ledger.random
    oldest, newest = deal.years * 365 - deal.days - 10, max(2, 100 - deal.days)
    known = {role.partner for role in deal.partners}
    fits = [row for row in _serving(ledger, account.country) if row.account_number not in known]
    if deal.auto_renew or deal.token_flex or oldest <= newest or not fits:
        return
    times = 2 if oldest - newest > 250 and len(fits) > 1 else 1
    days = sorted(random.sample(range(newest, oldest), times), reverse=True)
    changes = [
        ScriptedChange(
            days_ago,
            agreement.reference,
            partner.account_number,
            by=random.choice(_may_change(ledger, agreement)),
            reason=random.choice(REASONS),
        )
        for days_ago, partner in zip(days, random.sample(fits, times), strict=True)
    ]
    ledger.history += [*changes[:-1], _timed(ledger, changes[-1], deal)]


def _may_change(ledger: Ledger, agreement: Agreement) -> list[str]:
    admins = [
        person.email
        for person in ledger.people
        if person.belongs_to == agreement.account_number and person.role.endswith("_admin")
    ]
    return [*admins, agreement.contract_manager]


def _timed(ledger: Ledger, change: ScriptedChange, deal: Deal) -> ScriptedChange:
    """Most took effect at once; some were scheduled, of which some are still to come or were
    taken back."""
    dice = ledger.random.random()
    if dice < 0.7 or deal.days < 150 or change.days_ago < 20:
        return change
    if dice < 0.8:
        return replace(change, effective_on=ledger.day(-change.days_ago // 2))
    if dice < 0.9:
        return replace(change, effective_on=ledger.day(14))
    return replace(change, effective_on=ledger.day(21), cancelled_days_ago=change.days_ago - 5)
