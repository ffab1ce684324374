"""Send a test: one event for one endpoint alone, to see whether it is received and verified."""

from uuid import UUID

from django.utils.translation import gettext as _

from ofrecord.delivery import wake
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import locked
from ofrecord.delivery.refusals import Acting, Refused, demand_keeper
from ofrecord.journal.record import Fact, record

STREAM = "endpoint_test"
TYPE = "endpoint.test"


def send_test(name: str, *, by: Acting) -> UUID:
    """Send an endpoint a test, tried once; the id of its event.

    Refused: not_permitted, endpoint_unknown, endpoint_paused.
    """
    demand_keeper(by)
    with as_system():
        endpoint = locked(name)
        if endpoint.paused_at is not None:
            words = _("%(name)s is paused. Resume it first.")
            raise Refused("endpoint_paused", words % {"name": name})
        fact = Fact(endpoint.pk, TYPE, endpoint.name, {"endpoint": endpoint.name})
        record(STREAM, [fact], by.by)
    wake.wake()
    return fact.id
