"""What the demo book is written into, row by row, before it becomes files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from ofrecord.cli.demo.sheets import (
    Account,
    Agreement,
    Partner,
    PartnerOfRecord,
    Person,
    Subscription,
)

Line = tuple[str, int]
"""A product and its seats."""


@dataclass(frozen=True)
class Role:
    """A partner of record to be: `line` is the subscription that it serves, none for all."""

    partner: str
    role: str = "reseller"
    line: int | None = None


@dataclass(frozen=True)
class Deal:
    """An agreement as one tells it: when it ends, what is in it, who is its partner."""

    days: int
    lines: Sequence[Line]
    partners: Sequence[Role] = ()
    years: int = 1
    auto_renew: bool = False
    program: str = "standard"
    token_flex: bool = False
    manager: str = ""
    country: str = ""
    partner_since: int = 0
    """Whole years that the partners were of record before this term began."""


@dataclass(frozen=True)
class ScriptedChange:
    """A change in the demo's past, carried out by the real verb on a clock set `days_ago` back.

    `effective_on` is None for at once. With `cancelled_days_ago` it was taken back then.
    """

    days_ago: int
    agreement: str
    partner: str
    by: str
    reason: str
    effective_on: date | None = None
    cancelled_days_ago: int | None = None


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


@dataclass
class Ledger:
    today: date
    random: Random
    accounts: list[Account] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    records: list[PartnerOfRecord] = field(default_factory=list)
    history: list[ScriptedChange] = field(default_factory=list)
    bulk_refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def day(self, days: int) -> date:
        """That many days after today; before it when negative."""
        return self.today + timedelta(days=days)

    def number(self, prefix: str, digits: int) -> str:
        """A number that nothing else in the book has."""
        while True:
            number = f"{prefix}{self.random.randrange(10**digits):0{digits}d}"
            if number not in self.numbers:
                self.numbers.add(number)
                return number

    def contract(self, account: Account, deal: Deal, reference: str = "") -> Agreement:
        return self._agree(account, deal, "contract", reference or self.number("1100", 8))

    def subscription(self, account: Account, deal: Deal, reference: str = "") -> Agreement:
        return self._agree(account, deal, "subscription", reference or self.number("574-", 8))

    def _agree(self, account: Account, deal: Deal, model: str, reference: str) -> Agreement:
        end = self.day(deal.days)
        agreement = Agreement(
            reference=reference,
            purchasing_model=model,
            account_number=account.account_number,
            program=deal.program,
            token_flex=deal.token_flex,
            auto_renew=deal.auto_renew,
            start_date=years_before(end + timedelta(days=1), deal.years),
            end_date=end,
            country=deal.country or account.country,
            contract_manager=deal.manager,
        )
        self.agreements.append(agreement)
        self._fill(agreement, deal)
        return agreement

    def _fill(self, agreement: Agreement, deal: Deal) -> None:
        alone = agreement.purchasing_model == "subscription"
        references = [
            agreement.reference if alone else self.number("558-", 8) for _line in deal.lines
        ]
        for reference, (product, seats) in zip(references, deal.lines, strict=True):
            self.subscriptions.append(Subscription(reference, agreement.reference, product, seats))
        since = years_before(agreement.start_date, deal.partner_since).isoformat()
        if deal.partner_since == 1:
            since += "T09:30:00+01:00"  # both forms of an effective date are in the book
        for role in deal.partners:
            scope = "" if role.line is None else references[role.line]
            self.records.append(
                PartnerOfRecord(agreement.reference, role.partner, role.role, since, scope)
            )
