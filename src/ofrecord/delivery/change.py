"""Change: a system moves, is told of other things, or counts otherwise."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from ofrecord.delivery import wake
from ofrecord.delivery.addresses import judge_url
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import judge_types, locked, tell
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Acting, demand_keeper


def change_endpoint(
    name: str,
    *,
    by: Acting,
    url: str | None = None,
    types: Sequence[str] | None = None,
    required: bool | None = None,
) -> Endpoint:
    """Change what is given, from now on; what waits goes to a new address at once.

    What is on its way stays as required as it was. Refused: not_permitted, endpoint_unknown,
    url_unusable, url_insecure, address_refused, types_unusable.
    """
    demand_keeper(by)
    if url is not None:
        judge_url(url)
    if types is not None:
        judge_types(types)
    with as_system():
        endpoint = locked(name)
        if url is not None and url != endpoint.url:
            data: dict[str, Any] = {"url": url, "before": endpoint.url}
            endpoint.url = url
            tell(endpoint, "endpoint.moved", data, by)
            hasten(endpoint)
        wanted = list(types) if types is not None else endpoint.types
        counts = endpoint.required if required is None else required
        if (wanted, counts) != (endpoint.types, endpoint.required):
            before = {"types": endpoint.types, "required": endpoint.required}
            endpoint.types, endpoint.required = wanted, counts
            data = {"types": wanted, "required": counts, "before": before}
            tell(endpoint, "endpoint.changed", data, by)
        endpoint.save(update_fields=["url", "types", "required"])
    wake.wake()
    return endpoint


def move_endpoint(name: str, url: str, *, by: Acting) -> Endpoint:
    """Have a system told at another address from now on, with the same secret."""
    return change_endpoint(name, by=by, url=url)


def hasten(endpoint: Endpoint) -> None:
    """Have what waits for its next try tried now; what waits behind a parked one stays there."""
    with connection.cursor() as cursor:
        cursor.execute(_HASTEN, [endpoint.pk])


_HASTEN = """
UPDATE delivery SET next_try_at = clock_timestamp()
 WHERE endpoint_id = %s AND state = 'waiting' AND next_try_at > clock_timestamp()
   AND next_try_at < clock_timestamp() + interval '1 year'
"""
