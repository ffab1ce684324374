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
from ofrecord.parties.people.places import Place, concerns, held_in
from ofrecord.parties.people.rights import is_head
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.scopes import ACCOUNT, HELD_BY, PARTNER, SCOPES, VENDOR

LONGEST_NAME = 80
MOST = 20
"""How many systems an account or a firm can have credentials for at a time."""


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

    `belongs_to` is the number of an account or partner, or `vendor`. By an administrator, or for
    its own place by the primary admin of an account and the admins of a firm. Refused:
    not_permitted, name_unusable, belongs_to_unknown, scope_unusable, network_unusable,
    expiry_past, too_many_clients.
    """
    name = _judged_name(name)
    _judge_networks(networks)
    if expires_at and expires_at <= now():
        raise Refused("expiry_past", _("The credentials would have expired already."))
    secret = secret or secrets.token_urlsafe(48)
    with seeing(by):
        account, partner = _place(belongs_to.strip(), by)
        demand_keeping(account or partner, by)
        _judge_count(account or partner)
        kind = ACCOUNT if account else PARTNER if partner else VENDOR
        client = ApiClient.objects.create(
            client_id=secrets.token_hex(12),
            name=name,
            account=account,
            partner=partner,
            scopes=_judged_scopes(scopes, kind),
            networks=list(networks),
            created_at=Now(),
            made_by_id=by.judged_person,
            expires_at=expires_at,
        )
        _issue(client, secret)
        record("client", [_fact(client, "client.added", belongs_to.strip())], by.by)
    return client, secret


def revoke_client(client_id: str, *, by: Actor) -> ApiClient:
    """Take a system's credentials away: its next call is refused everywhere.

    Refused: client_unknown, not_permitted, client_revoked.
    """
    with seeing(by):
        found = ApiClient.objects.select_for_update(no_key=True)
        client = found.filter(client_id=client_id.strip()).first()
        if client is None or not concerns(client.account or client.partner, by):
            unknown = _("There is no API client %(id)s.") % {"id": client_id}
            raise Refused("client_unknown", unknown)
        demand_keeping(client.account or client.partner, by)
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


def may_keep(place: Place, by: Actor) -> bool:
    """Whether this actor gives systems of this place credentials, and takes them away."""
    if by.is_system or "administrator" in by.vendor_roles:
        return True
    return place is not None and is_head(by, place)


def demand_keeping(place: Place, by: Actor) -> None:
    """Refuse unless the actor keeps the API clients of this place."""
    if not may_keep(place, by):
        raise Refused("not_permitted", _("Your role does not allow this here."))


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


def _judge_count(place: Place) -> None:
    """A place has as many systems as anybody can look after; the vendor counts its own."""
    if place is None:
        return
    kept = ApiClient.objects.filter(revoked_at=None, **held_in(place)).count()
    if kept >= MOST:
        raise Refused(
            "too_many_clients",
            _("There are %(most)s API clients already. Revoke one that is not used any more.")
            % {"most": MOST},
        )


def _place(belongs_to: str, by: Actor) -> tuple[Account | None, Partner | None]:
    """The place with this number; one that the actor has nothing to do with is unknown."""
    account = Account.objects.filter(account_number=belongs_to).first()
    partner = Partner.objects.filter(account_number=belongs_to).first()
    known = concerns(account or partner, by) if account or partner else belongs_to == VENDOR
    if not known:
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
