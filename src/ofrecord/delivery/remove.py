"""Remove: a system is told of nothing any more, and nothing waits for it."""

from django.db import connection
from django.db.models.functions import Now

from ofrecord.delivery import wake
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import locked, tell
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Acting, demand_keeper, demand_reason


def remove(name: str, *, by: Acting, reason: str) -> Endpoint:
    """End an endpoint: what waits for it is waived with the reason, and its secrets are forgotten.

    What it was told of stays in the log, and its name is free again. Refused: not_permitted,
    reason_missing, endpoint_unknown.
    """
    demand_keeper(by)
    reason = demand_reason(reason)
    with as_system():
        endpoint = locked(name, key=True)
        with connection.cursor() as cursor:
            cursor.execute(_WAIVE, [reason, endpoint.pk])
            waived = cursor.rowcount
        tell(endpoint, "endpoint.removed", {"reason": reason, "waived": waived}, by)
        ended = {"active": False, "removed_at": Now(), "removed_reason": reason}
        forgotten = {"secret": b"", "old_secret": None, "old_secret_until": None}
        Endpoint.objects.filter(pk=endpoint.pk).update(**ended, **forgotten)
        endpoint.refresh_from_db()
    wake.wake()
    return endpoint


_WAIVE = """
UPDATE delivery SET state = 'waived', waived_reason = %s,
       waived_at = clock_timestamp(), claimed_until = NULL
 WHERE endpoint_id = %s AND state IN ('waiting', 'parked')
"""
