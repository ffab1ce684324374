"""Systems that call the API, as the cast: one of the vendor, of each account, of a partner."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from ofrecord.parties.actors import Actor
from ofrecord.parties.clients import add_client
from ofrecord.parties.models import ApiClient
from ofrecord.parties.scopes import HELD_BY
from tests.cast import Cast

Answer = Any
"""What the test client gives back: a response with a few things more."""

BASE = "/api/v1"


@dataclass(frozen=True)
class System:
    """A system with its credentials and a token that it got for them."""

    client: ApiClient
    secret: str
    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return call(method, path, body, Authorization=f"Bearer {self.token}", **sent)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)


def call(method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """One request; `body` is sent as JSON unless it is bytes."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    browser = Client(raise_request_exception=False)
    kind = "application/json"
    return browser.generic(method, f"{BASE}{path}", data, kind, headers=headers)


def said(response: Answer) -> Any:
    return json.loads(response.content)


def token(client_id: str, secret: str, **form: str) -> Answer:
    """What the issuer of tokens answers."""
    credentials = {"client_id": client_id, "client_secret": secret}
    body = urlencode({"grant_type": "client_credentials", **credentials, **form})
    kind = "application/x-www-form-urlencoded"
    return Client().generic("POST", f"{BASE}/oauth/token", body, kind)


def system(name: str, belongs_to: str, scopes: Sequence[str], **given: Any) -> System:
    client, secret = add_client(
        name, belongs_to=belongs_to, scopes=scopes, by=Actor.system("cli"), **given
    )
    answer = token(client.client_id, secret)
    assert answer.status_code == 200, answer.content
    return System(client, secret, said(answer)["access_token"])


@dataclass(frozen=True)
class Systems:
    """Everybody's, by whom it belongs to; each with every scope that it can hold."""

    vendor: System
    alder: System
    birch: System
    gorse: System

    @classmethod
    def enter(cls, cast: Cast) -> "Systems":
        account, partner = HELD_BY["account"], HELD_BY["partner"]
        return cls(
            vendor=system("ERP", "vendor", HELD_BY["vendor"]),
            alder=system("Alder's tool", cast.alder.account_number, account),
            birch=system("Birch's tool", cast.birch.account_number, account),
            gorse=system("Gorse's tool", cast.gorse.account_number, partner),
        )
