"""Endpoints: the systems that are told of events."""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.delivery import reach, signing
from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Acting, Refused, demand_role
from ofrecord.journal.record import Fact, record

PARTNER_CHANGES = ("partner_change.*",)
LONGEST_URL, LONGEST_NAME = 2_000, 80
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
    demand_role(by, "administrator")
    _judge_url(url)
    name = _judged_name(name)
    _judge_types(types)
    secret = signing.new_secret()
    with as_system():
        with connection.cursor() as cursor:
            kept = signing.encrypted(secret)
            cursor.execute(_INSERT, [name, url, kept, required, list(types)])
            added = cursor.fetchone()
        if added is None:
            raise Refused("name_taken", _("There is an endpoint named %(name)s.") % {"name": name})
        endpoint = Endpoint.objects.get(pk=added[0])
        record("endpoint", [_added(endpoint)], by.by)
    return endpoint, secret


def move_endpoint(name: str, url: str, *, by: Acting) -> Endpoint:
    """Have a system told at another address from now on, with the same secret.

    Refused: not_permitted, endpoint_unknown, url_unusable, url_insecure, address_refused.
    """
    demand_role(by, "administrator")
    _judge_url(url)
    with as_system():
        endpoint = Endpoint.objects.select_for_update(no_key=True).filter(name=name).first()
        if endpoint is None:
            unknown = _("There is no endpoint named %(name)s.") % {"name": name}
            raise Refused("endpoint_unknown", unknown)
        if endpoint.url != url:
            before, endpoint.url = endpoint.url, url
            endpoint.save(update_fields=["url"])
            data = {"url": url, "before": before}
            record("endpoint", [Fact(endpoint.pk, "endpoint.moved", name, data)], by.by)
    return endpoint


def _added(endpoint: Endpoint) -> Fact:
    return Fact(
        subject_id=endpoint.pk,
        type="endpoint.added",
        subject=endpoint.name,
        data={
            "url": endpoint.url,
            "required": endpoint.required,
            "types": endpoint.types,
        },
    )


def _judge_url(url: str) -> None:
    parts = _split(url)
    if parts is None:
        raise Refused(
            "url_unusable",
            _("The address must start with https:// or http:// and name a host, nothing secret."),
        )
    if parts.scheme == "http" and settings.PRODUCTION and not settings.OFRECORD_PRIVATE_ENDPOINTS:
        raise Refused("url_insecure", _("The address must start with https://."))
    if not _may_be_reached(str(parts.hostname)):
        raise Refused("address_refused", _("Endpoints at this network address are not allowed."))


def _split(url: str) -> SplitResult | None:
    """The parts of an address that can be used; None otherwise."""
    if len(url) > LONGEST_URL or not re.fullmatch(r"[!-~]+", url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable and "@" not in parts.netloc and not parts.fragment else None


def _may_be_reached(host: str) -> bool:
    """Whether a numeric address is allowed; names are judged whenever they are resolved."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return reach.is_allowed(host)


def _judged_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Refused(
            "name_unusable",
            _("Give the endpoint a name of at most %(most)s characters.") % {"most": LONGEST_NAME},
        )
    return plain


def _judge_types(types: Sequence[str]) -> None:
    for each in types:
        if not TYPE.fullmatch(each):
            raise Refused(
                "types_unusable", _("%(type)s is not an event type.") % {"type": repr(each)}
            )
    if not types:
        raise Refused("types_unusable", _("Name at least one event type."))


_INSERT = """
INSERT INTO endpoint (name, url, secret, required, types, active, created_at)
VALUES (%s, %s, %s, %s, %s::text[], true, clock_timestamp())
ON CONFLICT (name) DO NOTHING RETURNING id
"""
