"""`ofrecord person` and `ofrecord endpoint`."""

import json

import pytest

from ofrecord.delivery.models import Endpoint
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.add_person import add_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.refusals import Refused
from ofrecord.parties.set_password import set_password
from tests.cast import Cast
from tests.cli.conftest import Type

PASSWORD = "a long walk by the river"


def told_of(person: Person) -> list[tuple[str, str]]:
    """The facts of a person: type, and the door that did it."""
    with seeing(Actor.system()):
        found = Event.objects.filter(stream="person", subject_id=person.pk).order_by("sequence")
        return [(each.type, json.loads(bytes(each.body))["data"]["by"]["door"]) for each in found]


def add(type_in: Type, email: str, role: str, belongs_to: str, name: str = "Nia Bay") -> int:
    words = ("--name", name, "--role", role, "--belongs-to", belongs_to, "--json")
    return type_in("person", "add", email, *words).code


def test_a_person_gets_roles_and_keeps_one_identity(cast: Cast, type_in: Type) -> None:
    assert add(type_in, "Nia@Example.com", "secondary_admin", cast.alder.account_number) == 0
    assert add(type_in, "nia@example.com", "viewer", cast.birch.account_number) == 0
    assert add(type_in, "nia@example.com", "partner_rep", cast.gorse.account_number) == 0
    assert add(type_in, "nia@example.com", "auditor", "vendor") == 0
    nia = Person.objects.get(email="nia@example.com")
    actor = for_person(nia, door="portal")
    assert actor.accounts == (cast.alder.pk, cast.birch.pk)
    assert (actor.partners, actor.vendor_roles) == ((cast.gorse.pk,), ("auditor",))
    assert told_of(nia) == [("person.added", "cli"), *[("person.role_granted", "cli")] * 4]
    assert nia.version == 5
    assert not nia.has_usable_password()


@pytest.mark.parametrize(
    ("email", "name", "role", "belongs_to"),
    [
        ("not an address", "Nia", "viewer", "5100000001"),
        ("nia@example.com", " ", "viewer", "5100000001"),
        ("nia@example.com", "Nia", "contract_manager", "5100000001"),
        ("nia@example.com", "Nia", "viewer", "5199999999"),
        ("nia@example.com", "Nia", "viewer", "vendor"),
        ("nia@example.com", "Nia", "partner_admin", "5100000001"),
        ("nia@example.com", "Nia", "auditor", "5100000001"),
        ("nia@example.com", "Nia", "primary_admin", "5100000001"),
        ("pia@example.com", "Somebody Else", "viewer", "5100000001"),
        ("pia@example.com", "Pia", "primary_admin", "5100000001"),
    ],
)
def test_people_that_are_refused(
    cast: Cast, type_in: Type, email: str, name: str, role: str, belongs_to: str
) -> None:
    assert add(type_in, email, role, belongs_to, name) == 3
    assert not Person.objects.filter(email="nia@example.com").exists()


def test_only_an_administrator_or_the_terminal_adds_people(cast: Cast) -> None:
    for name in ("pia", "opal", "lou"):
        with pytest.raises(Refused) as refused:
            add_person(
                "n@example.com", "N", belongs_to="vendor", role="auditor", by=cast.actor(name)
            )
        assert refused.value.code == "not_permitted"
        with pytest.raises(Refused):
            set_password("sam@example.com", PASSWORD, by=cast.actor(name))


def test_a_password_from_standard_input(cast: Cast, type_in: Type) -> None:
    ended = type_in("person", "password", "PIA@example.com", "--stdin", typed=f"{PASSWORD}\r\nx")
    assert (ended.code, ended.out) == (0, "")
    pia = Person.objects.get(email="pia@example.com")
    assert pia.check_password(PASSWORD)
    assert told_of(pia) == [("person.password_changed", "cli")]


@pytest.mark.parametrize(
    ("email", "typed"),
    [("pia@example.com", "short"), ("pia@example.com", ""), ("who@example.com", PASSWORD)],
)
def test_passwords_that_are_refused(cast: Cast, type_in: Type, email: str, typed: str) -> None:
    ended = type_in("person", "password", email, "--stdin", typed=typed)
    assert ended.code == 3
    assert ended.err


def test_nothing_prompts_without_a_terminal(cast: Cast, type_in: Type) -> None:
    ended = type_in("person", "password", "pia@example.com", typed=f"{PASSWORD}\n" * 2)
    assert ended.code == 2
    assert "--stdin" in ended.err


def test_an_endpoint_shows_its_secret_once(db: None, type_in: Type) -> None:
    url = "http://127.0.0.1:9/hook"
    added = type_in("endpoint", "add", url, "--name", "CRM", "--required", "--json").json
    assert added["secret"].startswith("whsec_")
    assert (added["name"], added["url"], added["required"]) == ("CRM", url, True)
    (listed,) = type_in("endpoint", "list", "--json").json["endpoints"]
    assert listed == {key: value for key, value in added.items() if key != "secret"}
    assert type_in("endpoint", "add", url, "--name", "CRM").code == 3
    assert type_in("endpoint", "add", "ftp://crm", "--name", "Other").code == 3
    assert "whsec_" in type_in("endpoint", "add", url, "--name", "ERP").out


def test_an_endpoint_moves_and_keeps_its_secret(db: None, type_in: Type) -> None:
    type_in("endpoint", "add", "http://127.0.0.1:9/", "--name", "CRM")
    before = bytes(Endpoint.objects.get().secret)
    assert type_in("endpoint", "move", "CRM", "http://127.0.0.1:10/").code == 0
    endpoint = Endpoint.objects.get()
    assert (endpoint.url, bytes(endpoint.secret)) == ("http://127.0.0.1:10/", before)
    with seeing(Actor.system()):
        types = Event.objects.filter(stream="endpoint").order_by("sequence")
        assert [each.type for each in types] == ["endpoint.added", "endpoint.moved"]
    assert type_in("endpoint", "move", "ERP", "http://127.0.0.1:10/").code == 3
    assert type_in("endpoint", "move", "CRM", "nowhere").code == 3


def test_a_delivery_is_waived_with_a_reason(cast: Cast, type_in: Type) -> None:
    type_in("endpoint", "add", "http://127.0.0.1:9/", "--name", "CRM", "--required")
    number = cast.change(cast.contract())
    words = ("endpoint", "waive", number, "--reason", "CRM is being replaced", "--name")
    assert type_in(*words, "ERP").code == 4
    assert type_in("change", "show", number, "--json").json["state"] == "applied"
    assert type_in(*words, "CRM", "--json").json["state"] == "waived"
    (delivery,) = type_in("change", "show", number, "--json").json["deliveries"]
    assert (delivery["endpoint"], delivery["state"]) == ("CRM", "waived")
    assert type_in(*words, "CRM").code == 3


def test_a_person_who_has_left_is_disabled(cast: Cast, type_in: Type) -> None:
    assert type_in("person", "disable", "pia@example.com").code == 0
    assert not Person.objects.get(email="pia@example.com").is_active
    assert type_in("person", "disable", "pia@example.com").code == 3
    checked = type_in("change", "check", cast.contract(), "--by", "pia@example.com")
    assert checked.code == 2
