"""Find: exact, limited, journaled."""

import json
from typing import Any

import pytest
from pytest_django import Settings

from ofrecord.changes.find import FoundPartner, find
from ofrecord.changes.refusals import NotAvailable, NotFound, NotPermitted, TooOften
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account
from tests.cast import Cast


def look_up(cast: Cast, number: str, *references: str, by: str = "pia") -> FoundPartner:
    return find(number, references, by=cast.actor(by))


def told(cast: Cast) -> list[dict[str, Any]]:
    """The look-ups in the stream of Alder's account."""
    with seeing(Actor.system()):
        account = Account.objects.get(pk=cast.alder.pk)
        events = Event.objects.filter(stream="account", subject_id=account.pk).order_by("sequence")
        assert account.version == events.count()
        return [json.loads(bytes(event.body)) for event in events]


def test_a_partner_is_found_by_its_exact_number_with_its_card(cast: Cast) -> None:
    found = look_up(cast, " 7200 000 002 ", cast.contract())
    assert (found.number, found.name, found.role) == ("7200000002", "Gorse Digital", "reseller")
    assert found.verdicts == ()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("720000000", "partner_malformed"),
        ("7200000009", "partner_unknown"),
        ("720000000%", "partner_malformed"),
        ("７２００００００02", "partner_malformed"),
    ],
)
def test_nothing_near_a_number_is_found(cast: Cast, number: str, code: str) -> None:
    found = look_up(cast, number, cast.contract())
    assert found.name == ""
    assert [verdict.code for verdict in found.verdicts] == [code]


def test_an_unsuitable_partner_is_refused_by_the_rules(cast: Cast) -> None:
    cast.partner("7200000004", "Heath", status="suspended", authorized_countries=["FR"])
    found = look_up(cast, "7200000004", cast.contract())
    assert [verdict.code for verdict in found.verdicts] == ["partner_inactive", "partner_territory"]


def test_a_partner_that_can_serve_some_of_many_is_found(cast: Cast) -> None:
    cast.partner("7200000004", "Heath", authorized_countries=["FR"])
    references = [cast.contract(country="FR"), cast.contract(country="DE")]
    found = look_up(cast, "7200000004", *references)
    assert found.verdicts == ()
    assert [check.reference for check in found.able] == references[:1]


def test_every_look_up_is_journaled_found_or_not(cast: Cast) -> None:
    reference = cast.contract()
    look_up(cast, "7200000002", reference)
    look_up(cast, "7200000009", reference)
    events = told(cast)
    assert [event["type"] for event in events] == ["partner.looked_up"] * 2
    assert [event["data"]["number"] for event in events] == ["7200000002", "7200000009"]
    assert [event["data"]["outcome"] for event in events] == ["found", "partner_unknown"]
    assert events[0]["data"]["agreements"] == [reference]
    assert events[0]["data"]["by"]["person"] == cast.people["pia"].pk


def test_a_person_may_look_up_only_so_often(cast: Cast, settings: Settings) -> None:
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 2
    reference = cast.contract()
    look_up(cast, "7200000009", reference)
    look_up(cast, "7200000002", reference)
    with pytest.raises(TooOften) as refused:
        look_up(cast, "7200000002", reference)
    assert (refused.value.code, refused.value.status) == ("lookup_limit", 429)
    assert len(told(cast)) == 2
    assert look_up(cast, "7200000002", reference, by="sam").name == "Gorse Digital"


def test_the_people_of_an_account_share_its_limit(cast: Cast, settings: Settings) -> None:
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 2
    reference = cast.contract()
    look_up(cast, "7200000002", reference)
    look_up(cast, "7200000002", reference, by="sam")
    with pytest.raises(TooOften):
        look_up(cast, "7200000002", reference)
    other = cast.contract(account=cast.birch)
    assert look_up(cast, "7200000002", other, by="bo").name == "Gorse Digital"


def test_whoever_may_not_change_the_agreement_looks_nobody_up(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        look_up(cast, "7200000002", cast.contract(), by="vera")
    assert told(cast) == []


def test_nobody_is_looked_up_for_what_cannot_be_changed(cast: Cast) -> None:
    with pytest.raises(NotAvailable) as refused:
        look_up(cast, "7200000002", cast.contract(days=90))
    assert refused.value.code == "near_expiration"
    assert told(cast) == []


def test_nobody_is_looked_up_for_what_is_not_seen(cast: Cast) -> None:
    with pytest.raises(NotFound):
        look_up(cast, "7200000002", cast.contract(account=cast.birch))
