"""Who keeps the systems at the console, and what they keep."""

from django.http import Http404

from ofrecord.delivery.models import Endpoint
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

KEEPERS = {"administrator", "operations"}


def may_keep(actor: Actor) -> bool:
    """May change systems; every role at the vendor may look."""
    return bool(KEEPERS & set(actor.vendor_roles))


def sized(id: int) -> int:
    """An id as the database can hold it; 404 for a longer one."""
    if id >= 2**63:
        raise Http404
    return id


def endpoint_of(actor: Actor, id: int, *, active: bool = False) -> Endpoint:
    """The endpoint of an address; 404 where there is none, or it is not active any more."""
    with seeing(actor):
        found = Endpoint.objects.filter(pk=sized(id)).first()
    if found is None or (active and not found.active):
        raise Http404
    return found
