"""What every order does once it stands, whichever way it came in: its fact, and the change of
its partner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.changes import decide
from ofrecord.changes.decided import Decided
from ofrecord.changes.rows import Act, Origin
from ofrecord.journal.record import Fact
from ofrecord.parties.actors import Actor
from ofrecord.parties.streams import tell_accounts
from ofrecord.quotes import telling
from ofrecord.quotes.effect import Effect
from ofrecord.quotes.models import Order


@dataclass(frozen=True)
class Moved:
    """The changes of partner that an order has caused, of which nobody has a letter yet."""

    decided: tuple[Decided, ...] = ()
    awaited: bool = False

    @property
    def changes(self) -> tuple[str, ...]:
        return tuple(each.number for each in self.decided)


UNMOVED = Moved()


def change_partner(done: Effect, order: Order, by: Actor, request_id: int | None) -> Moved:
    """Change the partner with the order as the cause, unless it stays."""
    if done.keeps:
        return UNMOVED
    reason = _("Order %(number)s") % {"number": order.number}
    act = Act(by, reason, request_id, Origin(cause=f"order/{order.number}"))
    decided, awaited = decide.write([(check, act) for check in done.checks.values()])
    return Moved(tuple(decided), awaited)


def tell_moved(moved: Sequence[Moved]) -> None:
    """Write the letters of what orders did together: one for all that has one new partner."""
    alike: dict[tuple[int, int | None], list[Decided]] = {}
    for change in (change for each in moved for change in each.decided):
        alike.setdefault((change.account_id, change.partner_id), []).append(change)
    awaited = any(each.awaited for each in moved)
    decide.told(*map(_of_one_reason, alike.values()), awaited=awaited)


def _of_one_reason(decided: Sequence[Decided]) -> list[Decided]:
    orders = len({each.reason for each in decided})
    if orders == 1:
        return list(decided)
    reason = ngettext("%(count)s order", "%(count)s orders", orders) % {"count": orders}
    return [replace(each, reason=reason) for each in decided]


def tell_booked(order: Order, agreements: Sequence[str], changes: Sequence[str], by: Actor) -> None:
    """Record that an order was booked, of a quote or of a transaction; its account is locked."""
    quote, on = order.quote, order.agreement
    account = quote.customer["account"] if quote else order.account.account_number
    data = {
        "quote": quote.number if quote else None,
        "revision": quote.revision if quote else None,
        "transaction": order.transaction or None,
        "kind": order.kind,
        "partner": order.partner.account_number,
        "account": account,
        "agreement": quote.customer["agreement"] or None if quote else on and on.reference,
        "agreements": list(agreements),
        **telling.booked(order, changes),
    }
    fact = Fact(
        subject_id=order.account_id,
        type="order.booked",
        subject=account,
        data=data,
        account_id=order.account_id,
        partner_id=order.partner_id,
        about=quote.number if quote else order.number,
    )
    tell_accounts([fact], by.by)
