"""Endpoints: the systems that are told of events. Adding one, and finding one by its name."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.delivery import signing
from ofrecord.delivery.addresses import judge_url
from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Acting, Refused, demand_keeper
from ofrecord.journal.record import Fact, record

PARTNER_CHANGES = ("partner_change.*",)
LONGEST_NAME = 80
TYPE = re.compile(r"[a-z_]+\.(\*|[a-z_]+)")


def add_endpoint(
    url: str,
    name: str,
    *,
    required: bool,
    by: Acting,
    types: Sequence[str] = PARTNER_CHANGES,
) -> tuple[Endpoint, str]:
    """Add a system that is told of events from now on; the secret is shown this once.

    A change is complete only when every `required` endpoint has acknowledged it. Refused:
    not_permitted, url_unusable, url_insecure, address_refused, name_unusable, name_taken,
    types_unusable.
    """
    demand_keeper(by)
    judge_url(url)
    name = judged_name(name)
    judge_types(types)
    secret = signing.new_secret()
    with as_system():
        with connection.cursor() as cursor:
            kept = signing.encrypted(secret)
            cursor.execute(_INSERT, [name, url, kept, required, list(types)])
            added = cursor.fetchone()
        if added is None:
            raise Refused("name_taken", _("There is an endpoint named %(name)s.") % {"name": name})
        endpoint = Endpoint.objects.get(pk=added[0])
        told = {"url": url, "required": required, "types": endpoint.types}
        tell(endpoint, "endpoint.added", told, by)
    return endpoint, secret


def locked(name: str, *, key: bool = False) -> Endpoint:
    """The active endpoint of this name, locked; with `key` against new deliveries too.

    Refused: endpoint_unknown.
    """
    rows = Endpoint.objects.select_for_update(no_key=not key)
    endpoint = rows.filter(name=name, active=True).first()
    if endpoint is None:
        unknown = _("There is no endpoint named %(name)s.") % {"name": name}
        raise Refused("endpoint_unknown", unknown)
    return endpoint


def tell(endpoint: Endpoint, type: str, data: dict[str, Any], by: Acting) -> None:
    """Record a fact about an endpoint that the caller has locked."""
    record("endpoint", [Fact(endpoint.pk, type, endpoint.name, data)], by.by)


def judge_types(types: Sequence[str]) -> None:
    """Refuse what is no list of event types as types_unusable."""
    for each in types:
        if not TYPE.fullmatch(each):
            raise Refused(
                "types_unusable", _("%(type)s is not an event type.") % {"type": repr(each)}
            )
    if not types:
        raise Refused("types_unusable", _("Name at least one event type."))


def judged_name(name: str) -> str:
    """The name as it is kept, without superfluous blanks; refused as name_unusable."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Refused(
            "name_unusable",
            _("Give the endpoint a name of at most %(most)s characters.") % {"most": LONGEST_NAME},
        )
    return plain


_INSERT = """
INSERT INTO endpoint (name, url, secret, required, types, active, created_at)
VALUES (%s, %s, %s, %s, %s::text[], true, clock_timestamp())
ON CONFLICT (name) WHERE active DO NOTHING RETURNING id
"""
