"""Book: the vendor's ERP says what was sold, with the same effect as an accepted quote."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from ofrecord.agreements.models import Agreement
from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.refusals import Refused, bounded, not_found, refused
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.record import open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner
from ofrecord.parties.streams import lock_accounts
from ofrecord.quotes import letters, numbers, refusals
from ofrecord.quotes.begin import begin_due_of
from ofrecord.quotes.booking import UNMOVED, Moved, change_partner, tell_booked, tell_moved
from ofrecord.quotes.deals import Bought, Deal, replaced
from ofrecord.quotes.effect import begins_on, effect
from ofrecord.quotes.judging import against
from ofrecord.quotes.letter_words import Sold
from ofrecord.quotes.models import Order
from ofrecord.quotes.renew import renew_due_of
from ofrecord.quotes.transactions import Transaction, content, wrong
from ofrecord.rules.verdicts import Verdict


@dataclass(frozen=True)
class Booked:
    """What became of a transaction: its order, booked now or `known` before, or why there is none.

    `agreements` and `changes` are what it was about and has caused when it was booked now.
    """

    transaction: str
    order: Order | None
    agreements: tuple[str, ...] = ()
    moved: Moved = UNMOVED
    known: bool = False
    refusals: tuple[Verdict, ...] = ()

    @property
    def changes(self) -> tuple[str, ...]:
        return self.moved.changes


def book(
    transactions: Sequence[Transaction], *, by: Actor, request_id: int | None = None
) -> list[Booked]:
    """Book transactions, each once however often it is posted: order, agreement and partner.

    Each is judged singly, in the order given; one alone that is refused raises its refusal:
    `not_found`, `transaction_differs`, where its form is wrong, with what stands against the
    transaction, and with the rules about its partner. Only the vendor may, else `not_permitted`.
    """
    if not by.sees_everything:
        raise refused([refusals.vendor_only()])
    bounded(transactions)
    with seeing(by):
        _lock(transactions)
        booked = [_tried(each, by, request_id) for each in transactions]
        if len(booked) == 1 and booked[0].refusals:
            raise refused(booked[0].refusals)
        _tell([(each, each.order) for each in booked if each.order and not each.known])
    wake.wake()
    return booked


def _tell(booked: Sequence[tuple[Booked, Order]]) -> None:
    """Everybody has one letter of what was booked together, and one of each new partner."""
    tell_moved([each.moved for each, _order in booked])
    letters.booked([Sold(order, each.agreements, not each.changes) for each, order in booked])


def _lock(transactions: Sequence[Transaction]) -> None:
    """Their numbers, then their agreements and accounts, each in one order."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted({each.number for each in transactions})])
    references = [each.agreement for each in transactions if each.agreement]
    known = Agreement.objects.filter(reference__in=references).order_by("pk")
    ids = list(known.select_for_update(of=("self",)).values_list("pk", flat=True))
    named = [each.account for each in transactions]
    lock_accounts(Account.objects.filter(account_number__in=named).values_list("pk", flat=True))
    catch_up(ids)
    renew_due_of(ids)
    begin_due_of(ids)


def _tried(booked: Transaction, by: Actor, request_id: int | None) -> Booked:
    try:
        with transaction.atomic():
            return _book(booked, by, request_id)
    except Refused as refusal:
        return Booked(booked.number, None, refusals=refusal.verdicts)


def _book(booked: Transaction, by: Actor, request_id: int | None) -> Booked:
    if found := wrong(booked):
        raise refused(found)
    if before := Order.objects.filter(transaction=booked.number).first():
        if before.content not in ("", content(booked)):
            raise refused([refusals.transaction_differs(booked.number, before.number)])
        return Booked(booked.number, before, known=True)
    deal = _deal(booked)
    if stands := against(deal):
        raise refused(stands)
    number = numbers.of_order()
    done = effect(deal, by, number, person=None)
    if done.verdicts:
        raise refused(done.verdicts)
    order = _order(booked, deal, number)
    moved = change_partner(done, order, by, request_id)
    tell_booked(order, tuple(done.checks), moved.changes, by)
    return Booked(booked.number, order, tuple(done.checks), moved)


def _deal(booked: Transaction) -> Deal:
    account = Account.objects.filter(account_number=booked.account).first()
    partner = Partner.objects.filter(account_number=booked.partner).first()
    if account is None:
        raise refused([refusals.no_account(booked.account)])
    if partner is None:
        raise refused([refusals.no_partner(booked.partner)])
    agreement = _agreement(booked, account)
    of = agreement or booked
    return Deal(
        kind=booked.kind,
        account=account,
        partner=partner,
        agreement=agreement,
        purchasing_model=of.purchasing_model,
        country=of.country or account.country,
        start_on=booked.start_on,
        end_on=booked.end_on,
        auto_renew=booked.auto_renew,
        lines=_of_agreement(booked, agreement) if agreement else booked.lines,
    )


def _agreement(booked: Transaction, account: Account) -> Agreement | None:
    """The agreement of the account; a purchase has none (`transactions`)."""
    if not booked.agreement:
        return None
    found = Agreement.objects.filter(reference=booked.agreement, account=account)
    agreement = found.select_related("account", "contract_manager").first()
    if agreement is None:
        raise refused([not_found(booked.agreement)])
    return agreement


def _of_agreement(booked: Transaction, agreement: Agreement) -> tuple[Bought, ...]:
    return tuple(
        replace(line, replaces=replaced(booked.kind, line.replaces, agreement))
        for line in booked.lines
    )


def _lines(deal: Deal) -> list[dict[str, object]]:
    return [
        {"product": line.product, "seats": line.seats, "replaces": line.replaces}
        for line in deal.lines
    ]


def _order(booked: Transaction, deal: Deal, number: str) -> Order:
    since = begins_on(deal)
    at = open_ledger("account", [deal.account.pk]).at
    return Order.objects.create(
        number=number,
        transaction=booked.number,
        account=deal.account,
        agreement=deal.agreement,
        partner=deal.partner,
        kind=deal.kind,
        lines=_lines(deal),
        content=content(booked),
        purchase_order=booked.purchase_order.strip(),
        accepted_at=at,
        begins_on=since,
        begun_at=at if since <= clock.today() else None,
        currency=booked.currency,
        net=booked.net,
        tax=booked.tax,
        total=booked.net + booked.tax,
    )


_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended('transaction ' || number, 0))
  FROM (SELECT number FROM unnest(%s::text[]) AS named(number) ORDER BY number) AS named
"""
