"""Inviting: what a partner writes down, what the clock makes of it, and what the vendor sends."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.invitations import refusals, sent
from ofrecord.invitations.introduce import introduce
from ofrecord.invitations.introduction import Introduction
from ofrecord.invitations.invite import invite
from ofrecord.invitations.models import Invitation, InvitedAgreement, InvitedPerson
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role
from tests.cast import Cast
from tests.invitations.inviting import (
    ALDER,
    BIRCH,
    NOBODY,
    by_firm,
    by_vendor,
    firm,
    letters,
    now,
    reached,
    token,
    told,
)


def code(refusal: "pytest.ExceptionInfo[Refused]") -> str:
    return refusal.value.code


def test_a_partners_invitation_reaches_the_admins_of_the_account(cast: Cast) -> None:
    made = reached(cast, message="We met at the fair in May.")
    assert now(made).account == cast.alder
    assert told(made) == ["invitation.sent", "invitation.received"]
    assert {each.person_id for each in letters()} == {cast.people[n].pk for n in ("pia", "sam")}
    (first, *_) = letters()
    assert first.subject == "Gorse Digital would like to be your partner"
    for said in ("Gorse Digital", "7200000002", "Alder Works", "We met at the fair in May."):
        assert said in first.text
    assert f"/invitations/{token()}/" in first.html


def test_the_contract_manager_of_a_named_agreement_is_told_too(cast: Cast) -> None:
    reference = cast.contract(manager="cora")
    made = reached(cast, agreements=(reference, cast.contract(account=cast.birch)))
    with seeing(Actor.system()):
        people = InvitedPerson.objects.filter(invitation=made)
        named = InvitedAgreement.objects.filter(invitation=made)
        assert {each.person.name for each in people.select_related("person")} == {
            *("Pia", "Sam", "Cora")
        }
        assert [each.agreement.reference for each in named.select_related("agreement")] == [
            reference
        ]
    assert reference in letters()[0].text


def test_an_admins_address_is_enough_where_it_leads_to_one_account(cast: Cast) -> None:
    assert reached(cast, "", email=" Bo@Example.com ").account == cast.birch


def test_an_address_and_a_number_have_to_be_of_the_same_account(cast: Cast) -> None:
    assert reached(cast, ALDER, email="bo@example.com").account is None
    assert reached(cast, BIRCH, email="bo@example.com").account == cast.birch


@pytest.mark.parametrize("email", ["vera@example.com", "gil@example.com", "no@example.com"])
def test_an_address_of_nobody_who_administrates_reaches_nobody(cast: Cast, email: str) -> None:
    assert reached(cast, "", email=email).account is None
    assert not letters()


def test_an_admin_of_two_accounts_is_reached_by_number_only(cast: Cast) -> None:
    with seeing(Actor.system()):
        pia = Person.objects.get(email="pia@example.com")
        Role.objects.create(person=pia, name="secondary_admin", account=cast.birch)
    assert reached(cast, "", email="pia@example.com").account is None
    assert reached(cast, ALDER, email="pia@example.com").account == cast.alder


def statements(cast: Cast, **said: Any) -> list[str]:
    """What a partner's invitation asks the database, without the values."""
    by = firm(cast)
    with CaptureQueriesContext(connection) as asked:
        invite(Introduction(**said), by=by)
    every = [each["sql"].split("VALUES")[0] for each in asked.captured_queries]
    return [re.sub(r'"s\d+_x\d+"|\d+', "?", sql)[:60] for sql in every]


def test_known_and_unknown_are_answered_alike_by_the_same_work(cast: Cast) -> None:
    statements(cast, account="5177777777")
    known, unknown = statements(cast, account=ALDER), statements(cast, account=NOBODY)
    by_email = statements(cast, email="bo@example.com")
    assert known == unknown == by_email == statements(cast, email="no@example.com")
    asked_for = " ".join(known)
    assert '"account"' not in asked_for
    assert "role" not in asked_for
    introduce(by=Actor.system())
    with seeing(firm(cast)):
        shown = sent.page(cast.gorse.pk, 10)
    for name in ("standing", "closed_at", "closed_reason", "expires_at"):
        assert len({getattr(each, name) for each in shown}) == 1, name


def test_a_partner_sees_no_row_of_its_own_invitations(cast: Cast) -> None:
    reached(cast)
    with seeing(firm(cast)):
        assert not Invitation.objects.exists()
        assert not InvitedPerson.objects.exists()
        types = set(Event.objects.filter(about__gt="").values_list("type", flat=True))
        assert types == {"invitation.sent"}
        assert len(sent.page(cast.gorse.pk, 10)) == 1
    with seeing(firm(cast, "lou")):
        assert not sent.page(cast.gorse.pk, 10)
        assert not Event.objects.exists()


def test_an_account_sees_what_reached_it_and_nothing_else(cast: Cast) -> None:
    made = reached(cast)
    by_firm(cast, NOBODY)
    with seeing(cast.actor("pia")):
        assert list(Invitation.objects.values_list("pk", flat=True)) == [made.pk]
    with seeing(cast.actor("bo")):
        assert not Invitation.objects.exists()


def test_a_firm_has_a_budget_for_a_day(cast: Cast, settings: Settings) -> None:
    settings.OFRECORD_INVITATIONS_PER_PARTNER_PER_DAY = 2
    for number in ("5177777771", "5177777772"):
        by_firm(cast, number)
    with pytest.raises(Refused) as refusal:
        by_firm(cast)
    assert (code(refusal), refusal.value.status) == ("invitation_limit", 429)
    by_firm(cast, by="lou")


def test_the_day_of_the_next_one_is_the_vendors(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    said = refusals.invitation_limit(datetime(2026, 11, 22, 16, 0, tzinfo=UTC))
    assert "23" in said.remedy.text and "22" not in said.remedy.text


def test_the_same_address_is_not_written_to_twice_while_one_is_open(cast: Cast) -> None:
    for number in (ALDER, NOBODY):
        by_firm(cast, number)
        with pytest.raises(Refused) as refusal:
            by_firm(cast, number)
        assert code(refusal) == "invited_already"


def test_another_way_to_the_same_account_tells_nobody_again(cast: Cast) -> None:
    assert reached(cast).account
    before = len(letters())
    assert reached(cast, "", email="pia@example.com").account is None
    assert len(letters()) == before


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "address_missing"),
        ({"account": "51"}, "account_malformed"),
        ({"email": "pia"}, "email_malformed"),
        ({"account": ALDER, "message": "See https://gorse.example"}, "message_unusable"),
        ({"account": ALDER, "message": "See www.gorse.example"}, "message_unusable"),
        ({"account": ALDER, "message": "x" * 1001}, "message_unusable"),
        ({"account": ALDER, "agreements": [str(n) for n in range(51)]}, "too_many_agreements"),
    ],
)
def test_what_cannot_be_an_invitation_is_refused(cast: Cast, said: Any, wanted: str) -> None:
    with pytest.raises(Refused) as refusal:
        invite(Introduction(**said), by=firm(cast))
    assert (code(refusal), refusal.value.status) == (wanted, 422)


def test_a_firm_that_is_not_active_invites_nobody(cast: Cast) -> None:
    with seeing(Actor.system()):
        cast.gorse.status = "suspended"
        cast.gorse.save(update_fields=["status"])
    with pytest.raises(Refused) as refusal:
        by_firm(cast)
    assert code(refusal) == "partner_inactive"


def test_a_firm_that_was_suspended_meanwhile_reaches_nobody(cast: Cast) -> None:
    made = by_firm(cast)
    with seeing(Actor.system()):
        cast.gorse.status = "suspended"
        cast.gorse.save(update_fields=["status"])
    introduce(by=Actor.system())
    assert now(made).account is None
    assert not letters()


def test_nobody_invites_for_a_firm_that_is_not_theirs(cast: Cast) -> None:
    for name in ("pia", "stan"):
        with pytest.raises(NotPermitted):
            invite(Introduction(account=ALDER), by=cast.actor(name))
    with pytest.raises(NotPermitted):
        invite(Introduction(partner="7200000001", account=ALDER), by=firm(cast))


def test_a_number_that_no_customer_has_gives_a_guesser_away(cast: Cast, settings: Settings) -> None:
    settings.OFRECORD_CANARY_ACCOUNTS = (NOBODY,)
    made = reached(cast, NOBODY)
    assert told(made) == ["invitation.sent", "invitation.canary_invited"]
    with seeing(firm(cast)):
        assert not Event.objects.filter(type="invitation.canary_invited").exists()


def test_the_vendors_invitation_reaches_the_account_at_once(cast: Cast) -> None:
    reference = cast.contract(manager="cora")
    made = by_vendor(cast, reference)
    assert told(made) == ["invitation.sent", "invitation.received"]
    assert len(letters()) == 3
    assert letters()[0].subject == "We introduce a partner to you: Gorse Digital"
    with seeing(firm(cast)):
        assert not sent.page(cast.gorse.pk, 10)
        assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["aude", "stan", "pia"])
def test_only_operations_and_administrators_invite_for_the_vendor(cast: Cast, name: str) -> None:
    said = Introduction(partner="7200000002", account=ALDER)
    with pytest.raises(NotPermitted):
        invite(said, by=cast.actor(name, door="console"))


def test_the_vendor_is_told_what_stands_against_its_invitation(cast: Cast) -> None:
    foreign = cast.contract(account=cast.birch)
    for given in ({"account": NOBODY}, {"partner": "7299999999"}):
        with pytest.raises(NotFound):
            by_vendor(cast, **given)
    with pytest.raises(NotFound):
        by_vendor(cast, foreign)
    with pytest.raises(Refused) as refusal:
        by_vendor(cast, cast.contract(), partner=cast.larkspur.account_number)
    assert code(refusal) == "partner_same"
    by_vendor(cast)
    with pytest.raises(Refused) as refusal:
        by_vendor(cast)
    assert code(refusal) == "invited_already"
    with seeing(Actor.system()):
        Role.objects.filter(account=cast.birch).delete()
    with pytest.raises(Refused) as refusal:
        by_vendor(cast, account=BIRCH)
    assert code(refusal) == "nobody_to_invite"
