"""Systems of the demo that may call the API: the vendor's, one account's, one partner's."""

from typing import Any

from ofrecord.cli import home
from ofrecord.cli.demo.story import STORY
from ofrecord.cli.operator import operator
from ofrecord.parties import clients
from ofrecord.parties.models import ApiClient
from ofrecord.parties.scopes import ACCOUNT, HELD_BY, PARTNER, VENDOR

PLACES = {VENDOR: "vendor", ACCOUNT: STORY.account, PARTNER: STORY.new_partner}
NAMES = {VENDOR: "Larkfield ERP", ACCOUNT: "Orchid procurement", PARTNER: "Cedar CRM"}


def connect() -> list[dict[str, Any]]:
    """Their credentials, made where they are missing; the secrets lie in key files of the home."""
    known = {
        client.name: client for client, _ in clients.clients(by=operator()) if not client.revoked_at
    }
    return [_as_data(kind, known.get(name) or _added(kind)) for kind, name in NAMES.items()]


def _added(kind: str) -> ApiClient:
    client, _secret = clients.add_client(
        NAMES[kind],
        belongs_to=PLACES[kind],
        scopes=HELD_BY[kind],
        secret=_secret_of(kind),
        by=operator(),
    )
    return client


def _as_data(kind: str, client: ApiClient) -> dict[str, Any]:
    return {
        "name": client.name,
        "belongs_to": PLACES[kind],
        "client_id": client.client_id,
        "client_secret": _secret_of(kind),
        "scopes": client.scopes,
    }


def _secret_of(kind: str) -> str:
    return home.key(f"demo_client_{kind}")
