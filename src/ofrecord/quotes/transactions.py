"""A transaction as the vendor's ERP has booked it; and whether it can be one."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.utils.translation import gettext as _

from ofrecord.agreements.models import PurchasingModel
from ofrecord.quotes import refusals, totals
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.models import Kind
from ofrecord.quotes.offers import LARGEST, MOST_LINES, MOST_SEATS
from ofrecord.rules.verdicts import Verdict


@dataclass(frozen=True)
class Transaction:
    """Account, partner and agreement by number; amounts are of the whole, in its currency.

    `number` is the ERP's own and says which transaction it is. A new purchase has no agreement;
    it begins one of a purchasing model, in a country (the account's own unless said).
    """

    number: str
    kind: str
    account: str
    partner: str
    lines: tuple[Bought, ...]
    currency: str
    net: Decimal
    tax: Decimal = Decimal(0)
    agreement: str = ""
    start_on: date | None = None
    end_on: date | None = None
    auto_renew: bool = False
    purchase_order: str = ""
    country: str = ""
    purchasing_model: str = PurchasingModel.SUBSCRIPTION


def content(booked: Transaction) -> str:
    """SHA-256 of all that is said, by which one that is posted again is known; hexadecimal.

    An amount is the same however many noughts it is written with. What is empty is left out, so
    that what a transaction may say besides, some day, changes nothing of those known by then.
    """
    said = replace(booked, net=booked.net.normalize(), tax=booked.tax.normalize())
    text = json.dumps(asdict(said, dict_factory=_filled), sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()


def _filled(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return {name: value for name, value in pairs if value}


def wrong(booked: Transaction) -> list[Verdict]:
    """What is wrong with its form."""
    if not totals.is_currency(booked.currency):
        return [refusals.currency_unknown(booked.currency)]
    return [*_dates(booked), *_lines(booked), *_amounts(booked)]


def _dates(booked: Transaction) -> Iterator[Verdict]:
    start, end = booked.start_on, booked.end_on
    if booked.kind in (Kind.PURCHASE, Kind.RENEWAL) and not (start and end):
        yield refusals.term_unusable(_("Say when the term starts and ends."))
    if booked.kind == Kind.EXTENSION and not end:
        yield refusals.term_unusable(_("Say until when the term is extended."))
    if start and end and end < start:
        yield refusals.term_unusable(_("The term ends before it starts."))


def _lines(booked: Transaction) -> Iterator[Verdict]:
    if not 1 <= len(booked.lines) <= MOST_LINES:
        yield refusals.lines_unusable(
            _("A transaction has 1 to %(most)s lines.") % {"most": MOST_LINES}
        )
    if any(not line.product.strip() for line in booked.lines):
        yield refusals.lines_unusable(_("Every line names a product."))
    if any(not 1 <= line.seats <= MOST_SEATS for line in booked.lines):
        yield refusals.lines_unusable(
            _("A line has 1 to %(most)s seats.") % {"most": MOST_SEATS},
        )
    if (booked.kind == Kind.PURCHASE) is bool(booked.agreement):
        yield refusals.only_a_purchase()


def _amounts(booked: Transaction) -> Iterator[Verdict]:
    for amount in (booked.net, booked.tax):
        usable = amount.is_finite() and 0 <= amount < LARGEST
        if not usable or not totals.is_payable(amount, booked.currency):
            yield refusals.amount_unusable(
                _("%(amount)s is no amount of %(currency)s.")
                % {"amount": str(amount)[:40], "currency": booked.currency}
            )
