"""Begin: the clock brings the seats of a renewal into force on the first day of its term.

The term itself and its partner of record were written when it was accepted, and wait for nobody.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from ofrecord.agreements.models import Agreement
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.record import open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.deals import ordered
from ofrecord.quotes.effect import fill
from ofrecord.quotes.models import Order

BATCH = 500
_AGREEMENT = Coalesce("agreement_id", "quote__agreement_id")


def begin(*, by: Actor) -> int:
    """Begin up to 500 orders whose first day has come; how many were."""
    with seeing(by):
        found = dict(_due().order_by("id").values_list("pk", _AGREEMENT)[:BATCH])
        locked = Agreement.objects.filter(pk__in=[id for id in found.values() if id])
        list(locked.order_by("pk").select_for_update(of=("self",)))
        begun = _begin_all(_due().filter(pk__in=found))
    if begun:
        wake.wake()
    return begun


def begin_due_of(ids: Sequence[int]) -> int:
    """The same for agreements that an act has locked; how many orders were begun."""
    return _begin_all(_due().filter(Q(agreement__in=ids) | Q(quote__agreement__in=ids)))


def _due() -> QuerySet[Order]:
    return Order.objects.filter(begun_at=None, begins_on__lte=clock.today())


def _begin_all(due: QuerySet[Order]) -> int:
    """Begin orders in the order of their first days: the later one says what counts."""
    begun = list(due.order_by("begins_on", "id"))
    for order in begun:
        _begin(order)
    return len(begun)


def _begin(order: Order) -> None:
    agreement = order.agreement or (order.quote.agreement if order.quote else None)
    if agreement is not None:
        fill(agreement, ordered(order), order.number, Actor.system())
    order.begun_at = open_ledger("account", [order.account_id]).at
    order.save(update_fields=["begun_at"])
