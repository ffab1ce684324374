"""Credentials of systems: what they are good for, how long, from where, and until when."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Issued
from allauth.idp.oidc.models import Token
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from ofrecord.parties.actors import Actor
from ofrecord.parties.clients import MOST, add_client, clients, revoke_client
from ofrecord.parties.models import ApiClient
from ofrecord.parties.refusals import Refused
from tests.api.systems import Systems, call, said, system, token
from tests.cast import Cast

TERMINAL = Actor.system("cli")


def test_a_token_is_a_bearer_token_for_an_hour_with_the_scopes_of_the_client(
    cast: Cast, systems: Systems
) -> None:
    answer = token(systems.alder.client.client_id, systems.alder.secret)
    told = said(answer)
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    assert set(told["scope"].split()) == set(systems.alder.client.scopes)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "refresh_token" not in told


def test_a_token_can_be_asked_for_with_fewer_scopes(cast: Cast, systems: Systems) -> None:
    asked = token(systems.alder.client.client_id, systems.alder.secret, scope="accounts:read")
    narrow = {"Authorization": f"Bearer {said(asked)['access_token']}"}
    assert call("GET", "/accounts", **narrow).status_code == 200
    assert call("GET", "/agreements", **narrow).status_code == 403


def test_credentials_may_come_as_basic_authentication(cast: Cast, systems: Systems) -> None:
    from base64 import b64encode

    pair = f"{systems.alder.client.client_id}:{systems.alder.secret}".encode()
    answer = Client().generic(
        "POST",
        "/api/v1/oauth/token",
        "grant_type=client_credentials",
        "application/x-www-form-urlencoded",
        headers={"Authorization": f"Basic {b64encode(pair).decode()}"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "guessed"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"scope": "endpoints:read"}, 400, "invalid_scope"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_id": "\x00"}, 400, "invalid_request"),
    ],
)
def test_there_is_no_token_for(
    cast: Cast, systems: Systems, form: dict[str, str], status: int, error: str
) -> None:
    given = {"client_id": systems.alder.client.client_id, "secret": systems.alder.secret}
    client_id = form.pop("client_id", given["client_id"])
    secret = form.pop("client_secret", given["secret"])
    answer = token(client_id, secret, **form)
    assert (answer.status_code, said(answer)["error"]) == (status, error)


def test_neither_secret_nor_token_is_kept_as_it_is(cast: Cast, systems: Systems) -> None:
    issued = Issued.objects.get(pk=systems.alder.client.client_id)
    assert systems.alder.secret not in issued.secret
    assert not Token.objects.filter(hash=systems.alder.token).exists()
    assert Token.objects.filter(client=issued).exists()


def test_a_revoked_client_is_refused_at_its_next_call_and_gets_no_token(
    cast: Cast, systems: Systems
) -> None:
    assert systems.alder.get("/agreements").status_code == 200
    revoke_client(systems.alder.client.client_id, by=TERMINAL)
    assert systems.alder.get("/agreements").status_code == 401
    again = token(systems.alder.client.client_id, systems.alder.secret)
    assert again.status_code == 401
    assert systems.birch.get("/agreements").status_code == 200


def test_credentials_end_when_they_were_said_to(cast: Cast) -> None:
    soon = system("Short", "vendor", ["accounts:read"], expires_at=now() + timedelta(hours=1))
    assert soon.get("/accounts").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ofrecord.scope', 'system', true)")
    ApiClient.objects.filter(pk=soon.client.pk).update(expires_at=now() - timedelta(seconds=1))
    assert soon.get("/accounts").status_code == 401


def test_a_token_ends_after_its_hour(cast: Cast, systems: Systems) -> None:
    Token.objects.update(expires_at=now() - timedelta(seconds=1))
    assert systems.alder.get("/agreements").status_code == 401


def test_tokens_that_have_ended_are_swept_when_others_are_given(
    cast: Cast, systems: Systems
) -> None:
    Token.objects.update(expires_at=now() - timedelta(seconds=1))
    token(systems.alder.client.client_id, systems.alder.secret)
    assert Token.objects.count() == 1


def test_a_scope_that_was_taken_away_is_gone_at_the_next_call(cast: Cast, systems: Systems) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ofrecord.scope', 'system', true)")
    ApiClient.objects.filter(pk=systems.alder.client.pk).update(scopes=["accounts:read"])
    assert systems.alder.get("/agreements").status_code == 403
    assert systems.alder.get("/accounts").status_code == 200


@pytest.mark.parametrize(
    ("networks", "status"),
    [((), 200), (("127.0.0.0/8",), 200), (("192.0.2.0/24", "127.0.0.1"), 200), (("::1",), 403)],
)
def test_a_client_calls_from_where_it_may(
    cast: Cast, networks: tuple[str, ...], status: int
) -> None:
    bound = system("Bound", "vendor", ["accounts:read"], networks=networks)
    assert bound.get("/accounts").status_code == status


def test_calls_are_limited_and_say_what_is_left(
    cast: Cast, systems: Systems, settings: Settings
) -> None:
    settings.OFRECORD_API_CALLS_PER_MINUTE = 3
    answers = [systems.alder.get("/accounts") for _ in range(8)]
    statuses = [each.status_code for each in answers]
    assert answers[0].headers["RateLimit-Policy"] == '"client";q=3;w=60'
    assert answers[0].headers["RateLimit"].startswith('"client";r=2;t=')
    refused = answers[statuses.index(429)]
    assert said(refused)["code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert systems.birch.get("/accounts").status_code == 200


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "name_unusable"),
        ({"belongs_to": "5199999999"}, "belongs_to_unknown"),
        ({"scopes": []}, "scope_unusable"),
        ({"scopes": ["everything"]}, "scope_unusable"),
        ({"belongs_to": "5100000001", "scopes": ["endpoints:read"]}, "scope_unusable"),
        ({"belongs_to": "7200000001", "scopes": ["changes:write"]}, "scope_unusable"),
        ({"belongs_to": "vendor", "scopes": ["quotes:write"]}, "scope_unusable"),
        ({"networks": ["somewhere"]}, "network_unusable"),
        ({"expires_at": now() - timedelta(days=1)}, "expiry_past"),
    ],
)
def test_credentials_are_refused(cast: Cast, given: dict[str, Any], code: str) -> None:
    usual = {"name": "ERP", "belongs_to": "vendor", "scopes": ["accounts:read"]}
    asked = {**usual, **given}
    with pytest.raises(Refused) as refused:
        add_client(asked.pop("name"), by=TERMINAL, **asked)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "belongs_to", "code"),
    [
        ("opal", "vendor", "not_permitted"),
        ("opal", "5100000001", "not_permitted"),
        ("aude", "vendor", "not_permitted"),
        ("pia", "vendor", "not_permitted"),
        ("pia", "5100000002", "belongs_to_unknown"),
        ("pia", "7200000001", "belongs_to_unknown"),
        ("sam", "5100000001", "not_permitted"),
        ("vera", "5100000001", "not_permitted"),
        ("lou", "7200000002", "belongs_to_unknown"),
        ("gil", "7200000002", "not_permitted"),
        ("stan", "5100000001", "belongs_to_unknown"),
    ],
)
def test_credentials_are_given_by_who_keeps_them_at_a_place(
    cast: Cast, name: str, belongs_to: str, code: str
) -> None:
    kept, _secret = add_client("E", belongs_to="vendor", scopes=["accounts:read"], by=TERMINAL)
    acts: list[tuple[Any, str]] = [
        (
            lambda by: add_client("ERP", belongs_to=belongs_to, scopes=["partners:read"], by=by),
            code,
        ),
        (
            lambda by: revoke_client(kept.client_id, by=by),
            "not_permitted" if name in ("opal", "aude") else "client_unknown",
        ),
        (lambda by: clients(by=by), "not_permitted"),
    ]
    for act, expected in acts:
        with pytest.raises(Refused) as refused:
            act(cast.actor(name))
        assert refused.value.code == expected


@pytest.mark.parametrize(("name", "belongs_to"), [("pia", "5100000001"), ("lou", "7200000001")])
def test_a_place_keeps_its_own_clients_and_no_other(cast: Cast, name: str, belongs_to: str) -> None:
    by, scopes = cast.actor(name), ["partners:read"]
    made, _secret = add_client("ERP", belongs_to=belongs_to, scopes=scopes, by=by)
    assert made.made_by == cast.people[name]
    for other in ("bo", "dee", "gil"):
        with pytest.raises(Refused) as refused:
            revoke_client(made.client_id, by=cast.actor(other))
        assert refused.value.code == "client_unknown"
    assert revoke_client(made.client_id, by=by).revoked_at


def test_a_place_has_twenty_clients_at_most(cast: Cast) -> None:
    given: dict[str, Any] = {"belongs_to": "7200000001", "scopes": ["partners:read"]}
    made = [add_client(f"ERP {n}", by=cast.actor("lou"), **given)[0] for n in range(MOST)]
    with pytest.raises(Refused) as refused:
        add_client("One more", by=cast.actor("lou"), **given)
    assert refused.value.code == "too_many_clients"
    revoke_client(made[0].client_id, by=cast.actor("lou"))
    add_client("One more", by=cast.actor("lou"), **given)


def test_a_client_is_revoked_once(cast: Cast, systems: Systems) -> None:
    revoke_client(systems.alder.client.client_id, by=TERMINAL)
    for client_id, code in (
        (systems.alder.client.client_id, "client_revoked"),
        ("nobody", "client_unknown"),
    ):
        with pytest.raises(Refused) as refused:
            revoke_client(client_id, by=TERMINAL)
        assert refused.value.code == code


def test_the_client_says_who_it_is(cast: Cast, systems: Systems) -> None:
    told = {
        name: said(getattr(systems, name).get("/client"))["belongs_to"]
        for name in ("vendor", "alder", "gorse")
    }
    assert told == {"vendor": "vendor", "alder": "account", "gorse": "partner"}
