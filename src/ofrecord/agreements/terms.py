"""What an order does to agreements: terms that begin or last longer, seats, products.

Each act writes its rows and tells one fact in the stream of the agreement, which is locked by
the caller, or new. They judge nothing: whether it may be done is the order's business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ofrecord.agreements import references, versions
from ofrecord.agreements.models import Agreement, Program, Subscription, Term
from ofrecord.agreements.sorting import sort_key
from ofrecord.journal.record import By, Fact, open_ledger
from ofrecord.parties.models import Account


@dataclass(frozen=True)
class Offered:
    """A term to be, both days included."""

    start_on: date
    end_on: date
    auto_renew: bool


def purchase(
    account: Account,
    purchasing_model: str,
    country: str,
    term: Offered,
    products: Sequence[tuple[str, int]],
    *,
    order: str,
    by: By,
) -> Agreement:
    """A new agreement with its first term and its subscriptions (product and seats each)."""
    agreement = Agreement.objects.create(
        reference=references.draw(purchasing_model),
        purchasing_model=purchasing_model,
        account=account,
        program=Program.STANDARD,
        country=country,
        ends_on=term.end_on,
    )
    _begin(agreement, 1, term, order)
    _tell(agreement, "agreement.purchased", _subscribe(agreement, products), order, by)
    return agreement


def renew(agreement: Agreement, term: Offered, *, order: str, by: By) -> None:
    """The next term, after all that there are."""
    latest = _latest(agreement)
    _begin(agreement, latest.number + 1, term, order)
    _last_until(agreement, term.end_on)
    _tell(agreement, "agreement.updated", (), order, by)


def extend(agreement: Agreement, end_on: date, *, order: str, by: By) -> None:
    """The last term goes on until a later day."""
    Term.objects.filter(pk=_latest(agreement).pk).update(end_on=end_on)
    _last_until(agreement, end_on)
    _tell(agreement, "agreement.updated", (), order, by)


def resize(
    agreement: Agreement, products: Sequence[tuple[str, int]], *, order: str, by: By
) -> None:
    """Products of the agreement have so many seats from now on.

    One that several subscriptions are of is named for each, in their order. An agreement that
    has no subscription yet gets those that are named.
    """
    held = _subscriptions(agreement)
    changed = _resized(held, products) if held else _subscribe(agreement, products)
    _tell(agreement, "agreement.updated", changed, order, by)


def switch(
    agreement: Agreement, products: Mapping[str, tuple[str, int]], *, order: str, by: By
) -> None:
    """Products give way to others, each with its seats."""
    changed = [each for each in _subscriptions(agreement) if each.product in products]
    for each in changed:
        each.product, each.seats = products[each.product]
        each.product_key = sort_key(each.product)
    _save(changed)
    _tell(agreement, "agreement.updated", changed, order, by)


def _latest(agreement: Agreement) -> Term:
    return Term.objects.filter(agreement=agreement).latest("number")


def _subscriptions(agreement: Agreement) -> list[Subscription]:
    return list(Subscription.objects.filter(agreement=agreement).order_by("id"))


def _subscribe(agreement: Agreement, products: Sequence[tuple[str, int]]) -> list[Subscription]:
    """The first subscriptions of an agreement."""
    return [
        Subscription.objects.create(
            reference=f"{agreement.reference}-{place}",
            agreement=agreement,
            account_id=agreement.account.pk,
            product=product,
            product_key=sort_key(product),
            seats=seats,
        )
        for place, (product, seats) in enumerate(products, 1)
    ]


def _resized(
    held: Sequence[Subscription], products: Sequence[tuple[str, int]]
) -> list[Subscription]:
    """Those of the subscriptions whose product is named, with their seats, which are saved."""
    seats: dict[str, list[int]] = {}
    for product, number in products:
        seats.setdefault(product, []).append(number)
    changed = [each for each in held if seats.get(each.product)]
    for each in changed:
        each.seats = seats[each.product].pop(0)
    _save(changed)
    return changed


def _begin(agreement: Agreement, number: int, term: Offered, order: str) -> None:
    Term.objects.create(
        agreement=agreement,
        account_id=agreement.account.pk,
        number=number,
        start_on=term.start_on,
        end_on=term.end_on,
        auto_renew=term.auto_renew,
        order_number=order,
    )


def _last_until(agreement: Agreement, end_on: date) -> None:
    agreement.ends_on = end_on
    agreement.save(update_fields=["ends_on"])


def _save(changed: Sequence[Subscription]) -> None:
    Subscription.objects.bulk_update(changed, ["product", "product_key", "seats"])


def _tell(
    agreement: Agreement, type: str, changed: Sequence[Subscription], order: str, by: By
) -> None:
    """What an import says of an agreement that it has brought up to date, and the order."""
    ledger = open_ledger("agreement", [agreement.pk])
    fact = Fact(
        subject_id=agreement.pk,
        type=type,
        subject=agreement.reference,
        data=_said(agreement, changed) | {"order": order},
        account_id=agreement.account.pk,
        about=order,
    )
    ledger.record([fact], by)
    versions.raise_to(ledger, [agreement.pk], moved=True)


def _said(agreement: Agreement, changed: Sequence[Subscription]) -> dict[str, Any]:
    manager = agreement.contract_manager
    columns = ("number", "start_on", "end_on", "auto_renew")
    return {
        "agreement": agreement.reference,
        "account": agreement.account.account_number,
        "purchasing_model": agreement.purchasing_model,
        "program": agreement.program,
        "token_flex": agreement.token_flex,
        "country": agreement.country,
        "contract_manager": manager.pk if manager else None,
        "terms": list(Term.objects.filter(agreement=agreement).order_by("number").values(*columns)),
        "subscriptions": [
            {"reference": each.reference, "product": each.product, "seats": each.seats}
            for each in changed
        ],
    }
