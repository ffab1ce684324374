"""What every order does once it stands, whichever way it came in: the change of its partner."""

from django.utils.translation import gettext as _

from ofrecord.changes.carry_out import carry_out
from ofrecord.changes.rows import Origin
from ofrecord.parties.actors import Actor
from ofrecord.quotes.effect import Effect
from ofrecord.quotes.models import Order


def change_partner(
    done: Effect, order: Order, by: Actor, request_id: int | None
) -> tuple[str, ...]:
    """Change the partner with the order as the cause, unless it stays; the changes' numbers."""
    if done.keeps:
        return ()
    changed = carry_out(
        dict(done.checks),
        {},
        by=by,
        reason=_("Order %(number)s") % {"number": order.number},
        request_id=request_id,
        origin=Origin(cause=f"order/{order.number}"),
    )
    return tuple(item.number for item in changed.items if item.number)
