"""Who calls the API with this token, judged anew on every call; and how often it called."""

import ipaddress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from allauth.idp.oidc.adapter import get_adapter
from django.conf import settings
from django.db import connection

from ofrecord.journal.prepared import prepared
from ofrecord.parties.actors import Actor
from ofrecord.parties.scopes import ACCOUNT, PARTNER, VENDOR

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Calling:
    """A system whose token is good now.

    `kind` says what it is bound to. `times` counts its calls of this minute, up to this one.
    """

    client_id: str
    name: str
    account_id: int | None
    partner_id: int | None
    scopes: frozenset[str]
    networks: tuple[str, ...]
    expires_at: datetime | None
    times: int
    since: datetime
    at: datetime

    @property
    def kind(self) -> str:
        return ACCOUNT if self.account_id else PARTNER if self.partner_id else VENDOR

    def before(self, later: int) -> "Calling":
        """The same in a call after which so many were counted with it."""
        return replace(self, times=self.times - later) if later else self

    @property
    def left(self) -> int:
        """How many more calls it may make in this minute; below zero when it passed the limit."""
        return int(settings.OFRECORD_API_CALLS_PER_MINUTE) - self.times

    @property
    def seconds(self) -> int:
        """How long this minute still lasts, at least one second."""
        return max(1, -((self.at - self.since - MINUTE) // timedelta(seconds=1)))

    def may_call_from(self, address: str) -> bool:
        """Whether one of its networks holds this address."""
        try:
            here = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(here in ipaddress.ip_network(each) for each in self.networks)

    def actor(self, request_id: str) -> Actor:
        """The actor that this system is: itself, until it says for whom it acts."""
        return Actor(
            person_id=None,
            door="api",
            accounts=(self.account_id,) if self.account_id else (),
            partners=(self.partner_id,) if self.partner_id else (),
            vendor_roles=("client",) if self.kind == VENDOR else (),
            strength="client",
            request_id=request_id,
            client=self.client_id,
        )


def hashed(token: str) -> str:
    """What of a token is kept, and by which it is found."""
    return str(get_adapter().hash_token(token))


def calling(token_hash: str, calls: int = 1) -> Calling | None:
    """The system with this token, and so many more calls of it counted.

    None when the token is unknown, over, or revoked.
    """
    alone = not connection.in_atomic_block
    with prepared() as cursor:
        cursor.execute(_CALLING, [alone, token_hash, calls])
        row = cursor.fetchone()
    if row is None:
        return None
    client_id, name, account, partner, scopes, networks, *rest = row
    return Calling(client_id, name, account, partner, frozenset(scopes), tuple(networks), *rest)


# All calls of a system count in one row. Its next call does not wait until the count of this one
# is on the disk: a count that is lost with the power harms nobody. In a transaction that does
# more, everything waits.
_CALLING = """
SELECT client_id, name, account_id, partner_id, scopes, networks, expires_at, times, since, at
  FROM (SELECT CASE WHEN %s THEN set_config('synchronous_commit', 'off', true) END) AS count,
       calling_client(%s, %s)
"""
