"""Begin: the clock brings the seats of a renewal into force on the first day of its term.

The term itself and its partner of record were written when it was accepted, and wait for nobody.
"""

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
        due = Order.objects.filter(begun_at=None, begins_on__lte=clock.today()).order_by("id")
        orders = dict(due.values_list(_AGREEMENT, "pk")[:BATCH])
        locked = Agreement.objects.filter(pk__in=[id for id in orders if id]).order_by("pk")
        list(locked.select_for_update(of=("self",)))
        begun = list(due.filter(pk__in=orders.values()))
        for order in begun:
            _begin(order, by)
    if begun:
        wake.wake()
    return len(begun)


def _begin(order: Order, by: Actor) -> None:
    agreement = order.agreement or (order.quote.agreement if order.quote else None)
    if agreement is not None:
        fill(agreement, ordered(order), order.number, by)
    order.begun_at = open_ledger("account", [order.account_id]).at
    order.save(update_fields=["begun_at"])
