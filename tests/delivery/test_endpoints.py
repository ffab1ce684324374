import pytest
from cryptography.fernet import Fernet
from django.conf import settings as live
from pytest_django.fixtures import Settings

from ofrecord.delivery.change import move_endpoint
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Refused
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor

pytestmark = pytest.mark.django_db
TERMINAL = Actor.system("cli")


def refusal(url: str = "http://127.0.0.1:9/", name: str = "ERP", **more: object) -> str:
    with pytest.raises(Refused) as refused:
        add_endpoint(url, name, required=True, by=TERMINAL, **more)  # type: ignore[arg-type]  # options pass through as they are
    assert str(refused.value)
    return refused.value.code


def test_an_endpoint_is_added_with_a_secret_that_the_database_keeps_encrypted() -> None:
    endpoint, secret = add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=TERMINAL)
    assert secret.startswith("whsec_")
    kept = bytes(Endpoint.objects.get(pk=endpoint.pk).secret)
    assert secret.removeprefix("whsec_").encode() not in kept
    assert live.OFRECORD_ENCRYPTION_KEY.encode() not in kept
    assert Fernet(live.OFRECORD_ENCRYPTION_KEY).decrypt(kept).decode() == secret


def test_adding_an_endpoint_is_journaled_without_its_secret() -> None:
    _endpoint, secret = add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=TERMINAL)
    with as_system():
        event = Event.objects.get(stream="endpoint")
    assert (event.type, event.sequence) == ("endpoint.added", 1)
    assert b'"required":true' in bytes(event.body)
    assert secret.removeprefix("whsec_").encode() not in bytes(event.body)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/",
        "http://",
        "host",
        "http://user:secret@host/",
        "https://host/#part",
        "https://host:0/",
        "https://host:99999/",
        "https://host/a b",
        "https://ho\nst/",
        "https://[::1/",
        "https://host/" + "a" * 2000,
    ],
)
def test_an_unusable_address_is_refused(url: str) -> None:
    assert refusal(url) == "url_unusable"


def test_addresses_that_nobody_should_reach_are_refused() -> None:
    assert refusal("http://169.254.169.254/latest") == "address_refused"
    assert refusal("http://[::ffff:169.254.169.254]/") == "address_refused"
    assert refusal("http://0.0.0.0/") == "address_refused"


def test_production_wants_https_and_public_addresses(settings: Settings) -> None:
    settings.PRODUCTION, settings.OFRECORD_PRIVATE_ENDPOINTS = True, False
    assert refusal("http://erp.example.com/") == "url_insecure"
    assert refusal("https://10.1.2.3/") == "address_refused"
    assert refusal("https://127.0.0.1/") == "address_refused"


def test_a_name_is_taken_once() -> None:
    add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=TERMINAL)
    assert refusal(name=" ERP ") == "name_taken"
    assert refusal(name=" ") == "name_unusable"
    assert refusal(name="x" * 81) == "name_unusable"


def test_event_types_are_words_or_families_of_them() -> None:
    assert refusal(types=["partner_change"]) == "types_unusable"
    assert refusal(types=["*"]) == "types_unusable"
    assert refusal(types=[]) == "types_unusable"


@pytest.mark.parametrize("roles", [(), ("auditor",), ("support_agent",)])
def test_only_administrators_and_operations_add_endpoints(roles: tuple[str, ...]) -> None:
    somebody = Actor(person_id=1, door="console", vendor_roles=roles)
    with pytest.raises(Refused) as refused:
        add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=somebody)
    assert refused.value.code == "not_permitted"


def test_an_endpoint_moves_with_its_secret_and_what_waits_for_it() -> None:
    endpoint, _secret = add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=TERMINAL)
    kept = bytes(Endpoint.objects.get(pk=endpoint.pk).secret)
    moved = move_endpoint("ERP", "http://127.0.0.1:10/", by=TERMINAL)
    move_endpoint("ERP", "http://127.0.0.1:10/", by=TERMINAL)
    assert (moved.pk, moved.url) == (endpoint.pk, "http://127.0.0.1:10/")
    assert bytes(Endpoint.objects.get(pk=endpoint.pk).secret) == kept
    with as_system():
        told = list(Event.objects.order_by("sequence").values_list("type", flat=True))
    assert told == ["endpoint.added", "endpoint.moved"]


def test_moving_is_refused_for_the_unknown_the_unusable_and_the_unentitled() -> None:
    add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=TERMINAL)
    auditor = Actor(person_id=1, door="console", vendor_roles=("auditor",))
    for name, url, by, code in (
        ("CRM", "http://127.0.0.1:10/", TERMINAL, "endpoint_unknown"),
        ("ERP", "gopher://127.0.0.1/", TERMINAL, "url_unusable"),
        ("ERP", "http://127.0.0.1:10/", auditor, "not_permitted"),
    ):
        with pytest.raises(Refused) as refused:
            move_endpoint(name, url, by=by)
        assert refused.value.code == code
