"""API clients: systems with credentials of their own, each bound to one place and some scopes."""

import ipaddress
import secrets
from collections.abc import Sequence
from datetime import datetime

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext as _

from ofrecord.journal.record import Fact, record
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, ApiClient, Partner
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.scopes import ACCOUNT, HELD_BY, PARTNER, SCOPES, VENDOR

LONGEST_NAME = 80


def add_client(
    name: str,
    *,
    belongs_to: str,
    scopes: Sequence[str],
    by: Actor,
    networks: Sequence[str] = (),
    expires_at: datetime | None = None,
    secret: str | None = None,
) -> tuple[ApiClient, str]:
    """Give a system credentials; the secret is shown this once.

    `belongs_to` is the number of an account or partner, or `vendor`. Refused: not_permitted,
    name_unusable, belongs_to_unknown, scope_unusable, network_unusable, expiry_past.
    """
    demand_administrator(by)
    name = _judged_name(name)
    _judge_networks(networks)
    if expires_at and expires_at <= now():
        raise Refused("expiry_past", _("The credentials would have expired already."))
    secret = secret or secrets.token_urlsafe(48)
    with seeing(by):
        account, partner = _place(belongs_to.strip())
        kind = ACCOUNT if account else PARTNER if partner else VENDOR
        client = ApiClient.objects.create(
            client_id=secrets.token_hex(12),
            name=name,
            account=account,
            partner=partner,
            scopes=_judged_scopes(scopes, kind),
            networks=list(networks),
            created_at=Now(),
            expires_at=expires_at,
        )
        _issue(client, secret)
        record("client", [_fact(client, "client.added", belongs_to.strip())], by.by)
    return client, secret


def revoke_client(client_id: str, *, by: Actor) -> ApiClient:
    """Take a system's credentials away: its next call is refused everywhere.

    Refused: not_permitted, client_unknown, client_revoked.
    """
    demand_administrator(by)
    with seeing(by):
        found = ApiClient.objects.select_for_update(no_key=True)
        client = found.filter(client_id=client_id.strip()).first()
        if client is None:
            unknown = _("There is no API client %(id)s.") % {"id": client_id}
            raise Refused("client_unknown", unknown)
        if client.revoked_at:
            raise Refused("client_revoked", _("%(name)s is revoked already.") % {"name": client})
        client.revoked_at = now()
        client.save(update_fields=["revoked_at"])
        Client.objects.filter(pk=client.client_id).update(secret=make_password(None))
        Token.objects.filter(client=client.client_id).delete()
        record("client", [_fact(client, "client.revoked", _belongs_to(client))], by.by)
    return client


def clients(*, by: Actor) -> list[tuple[ApiClient, str]]:
    """All systems with credentials and the number of the place each belongs to, by name."""
    demand_administrator(by)
    with seeing(by):
        found = ApiClient.objects.select_related("account", "partner").order_by("name", "pk")
        return [(client, _belongs_to(client)) for client in found]


def _issue(client: ApiClient, secret: str) -> None:
    issued = Client(id=client.client_id, name=client.name, type=Client.Type.CONFIDENTIAL)
    issued.set_secret(secret)
    issued.set_scopes(client.scopes)
    issued.set_default_scopes(client.scopes)
    issued.grant_types = Client.GrantType.CLIENT_CREDENTIALS
    issued.response_types = ""
    issued.save()


def _judged_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Refused(
            "name_unusable",
            _("Give the client a name of at most %(most)s characters.") % {"most": LONGEST_NAME},
        )
    return plain


def _judge_networks(networks: Sequence[str]) -> None:
    for each in networks:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise Refused(
                "network_unusable",
                _("%(network)r is no address or network such as 192.0.2.0/24.") % {"network": each},
            ) from None


def _judged_scopes(scopes: Sequence[str], kind: str) -> list[str]:
    for each in scopes:
        if each not in HELD_BY[kind]:
            known = ", ".join(HELD_BY[kind])
            raise Refused(
                "scope_unusable", _("A scope here is one of: %(known)s.") % {"known": known}
            )
    if not scopes:
        raise Refused("scope_unusable", _("Name at least one scope."))
    return [scope for scope in SCOPES if scope in scopes]


def _place(belongs_to: str) -> tuple[Account | None, Partner | None]:
    account = Account.objects.filter(account_number=belongs_to).first()
    partner = Partner.objects.filter(account_number=belongs_to).first()
    if belongs_to != VENDOR and not account and not partner:
        raise Refused(
            "belongs_to_unknown",
            _("There is no account or partner %(number)s.") % {"number": belongs_to},
        )
    return account, None if account else partner


def _belongs_to(client: ApiClient) -> str:
    place = client.account or client.partner
    return place.account_number if place else VENDOR


def _fact(client: ApiClient, type: str, belongs_to: str) -> Fact:
    return Fact(
        subject_id=client.pk,
        type=type,
        subject=client.client_id,
        data={"name": client.name, "belongs_to": belongs_to, "scopes": client.scopes},
        account_id=client.account_id,
        partner_id=client.partner_id,
    )
