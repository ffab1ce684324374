"""Change: a system moves, is called or counts otherwise, or is told of other things."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from ofrecord.delivery import wake
from ofrecord.delivery.addresses import judge_url
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import judge_types, judged_name, locked, tell
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Acting, Refused, demand_keeper


def change_endpoint(
    name: str,
    *,
    by: Acting,
    url: str | None = None,
    types: Sequence[str] | None = None,
    required: bool | None = None,
    rename: str | None = None,
) -> Endpoint:
    """Change what is given, from now on; what waits goes to a new address at once.

    `rename` is the name that it has from now on. What is on its way stays as required as it was.
    Refused: not_permitted, endpoint_unknown, url_unusable, url_insecure, address_refused,
    types_unusable, name_unusable, name_taken.
    """
    demand_keeper(by)
    if url is not None:
        judge_url(url)
    if types is not None:
        judge_types(types)
    called = name if rename is None else judged_name(rename)
    with as_system():
        endpoint = locked(name)
        if url is not None and url != endpoint.url:
            data: dict[str, Any] = {"url": url, "before": endpoint.url}
            endpoint.url = url
            tell(endpoint, "endpoint.moved", data, by)
            hasten(endpoint)
        wanted = list(types) if types is not None else endpoint.types
        counts = endpoint.required if required is None else required
        if (wanted, counts, called) != (endpoint.types, endpoint.required, endpoint.name):
            before = {"types": endpoint.types, "required": endpoint.required}
            renamed = {"name": called} if called != endpoint.name else {}
            if renamed:
                before["name"] = endpoint.name
                _rename(endpoint, called)
            endpoint.types, endpoint.required = wanted, counts
            data = {**renamed, "types": wanted, "required": counts, "before": before}
            tell(endpoint, "endpoint.changed", data, by)
        endpoint.save(update_fields=["url", "types", "required"])
    wake.wake()
    return endpoint


def _rename(endpoint: Endpoint, name: str) -> None:
    """Call it otherwise, unless another one has the name, or gets it at the same time."""
    before, endpoint.name = endpoint.name, name
    try:
        with transaction.atomic():
            endpoint.save(update_fields=["name"])
    except IntegrityError:
        endpoint.name = before
        said = _("There is an endpoint named %(name)s.") % {"name": name}
        raise Refused("name_taken", said) from None


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
