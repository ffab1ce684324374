"""Pause and resume: a system is told of nothing for a while, and of everything afterwards."""

from collections.abc import Mapping

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from ofrecord.delivery import wake
from ofrecord.delivery.change import hasten
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import locked, tell
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Acting, Refused, demand_keeper, demand_reason
from ofrecord.delivery.sending import GONE
from ofrecord.journal.record import By, Fact, record

SAID_GONE = "The receiver answered 410: it is gone."


def pause(name: str, *, by: Acting, reason: str) -> Endpoint:
    """Send a system nothing until it is resumed; its deliveries wait, in their order.

    What is under way is finished. Refused: not_permitted, reason_missing, endpoint_unknown,
    already_paused.
    """
    demand_keeper(by)
    reason = demand_reason(reason)
    with as_system():
        endpoint = locked(name)
        if endpoint.paused_at is not None:
            raise Refused("already_paused", _("%(name)s is paused already.") % {"name": name})
        _pause(endpoint, reason)
        tell(endpoint, "endpoint.paused", {"reason": reason}, by)
        endpoint.refresh_from_db()
    return endpoint


def resume(name: str, *, by: Acting) -> Endpoint:
    """Send a paused system what it has missed, in order, and go on.

    Refused: not_permitted, endpoint_unknown, not_paused.
    """
    demand_keeper(by)
    with as_system():
        endpoint = locked(name)
        if endpoint.paused_at is None:
            raise Refused("not_paused", _("%(name)s is not paused.") % {"name": name})
        endpoint.paused_at, endpoint.paused_reason = None, ""
        endpoint.save(update_fields=["paused_at", "paused_reason"])
        tell(endpoint, "endpoint.resumed", {}, by)
        hasten(endpoint)
    wake.wake()
    return endpoint


def pause_gone(answered: Mapping[int, str]) -> None:
    """Pause the endpoints that said they are gone, at the address at which they said it.

    Inside the transaction that marks the deliveries, and before it does: whoever else locks both
    locks the endpoint first.
    """
    rows = Endpoint.objects.select_for_update(no_key=True).order_by("pk")
    for endpoint in rows.filter(pk__in=answered, active=True, paused_at=None):
        if endpoint.url == answered[endpoint.pk]:
            _pause(endpoint, SAID_GONE)
            data = {"reason": SAID_GONE, "status": GONE}
            record("endpoint", [Fact(endpoint.pk, "endpoint.paused", endpoint.name, data)], By())


def _pause(endpoint: Endpoint, reason: str) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(paused_at=Now(), paused_reason=reason)
