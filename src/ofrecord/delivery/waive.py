"""Waive: a person decides that a system need not learn of an event after all."""

from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from ofrecord.delivery import wake
from ofrecord.delivery.claims import RELEASE
from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Delivery, DeliveryState, Endpoint
from ofrecord.delivery.refusals import Acting, Refused, demand_reason, demand_role
from ofrecord.journal.record import Fact, record

UNSETTLED = (DeliveryState.WAITING, DeliveryState.PARKED)


def waive(delivery: Delivery, *, by: Acting, reason: str) -> Delivery:
    """Settle a waiting or parked delivery without its acknowledgement; what follows it goes on.

    Refused: not_permitted, reason_missing, already_settled.
    """
    demand_role(by, "operations", "administrator")
    if by.person_id is None and by.door == "system":
        raise Refused("not_permitted", _("Only a person can waive a delivery."))
    reason = demand_reason(reason)
    with as_system():
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
        held = Delivery.objects.select_for_update(of=("self",)).select_related("event")
        row = held.get(pk=delivery.pk)
        if row.state not in UNSETTLED:
            raise Refused(
                "already_settled",
                _("This delivery is %(state)s already.") % {"state": row.get_state_display()},
            )
        row.state, row.waived_reason = DeliveryState.WAIVED, reason
        row.waived_at, row.claimed_until = Now(), None
        row.save(update_fields=["state", "waived_reason", "waived_at", "claimed_until"])
        _release_what_follows(row)
        record("endpoint", [_waived(row, endpoint, reason)], by.by)
    wake.wake()
    return row


def _release_what_follows(row: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, [row.endpoint_id, row.stream, row.subject_id, row.sequence])


def _waived(row: Delivery, endpoint: Endpoint, reason: str) -> Fact:
    return Fact(
        subject_id=endpoint.pk,
        type="delivery.waived",
        subject=endpoint.name,
        account_id=row.account_id,
        about=row.event.about,
        data={"event": str(row.event_id), "attempts": row.attempts, "reason": reason},
    )
