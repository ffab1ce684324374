"""Inviting people: a letter with a link that works once, and says nothing about who is known."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import is_password_usable
from pytest_django import Settings

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery.models import Letter
from ofrecord.delivery.posting import post
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import add_person
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.models import Person, Role, RoleInvitation
from ofrecord.parties.people import invite as inviting
from ofrecord.parties.people.invite import invite
from ofrecord.parties.people.join import Newcomer, join
from ofrecord.parties.people.withdraw import withdraw
from ofrecord.parties.refusals import Refused
from tests.cast import Cast
from tests.parties.reading import refusal, roles_of, told

OPERATOR = Actor.system("cli")
NOBODY = Actor(person_id=None, door="portal")
NINA = "nina.new@example.com"
NEW = Newcomer("Nina New", "a lantern in the orchard")


def asked(cast: Cast, email: str = NINA, *, by: str = "pia", **given: Any) -> RoleInvitation:
    """Pia invites somebody as a viewer of Alder."""
    where = {"belongs_to": cast.alder.account_number, "role": "viewer", **given}
    return invite(email, "Nina New", by=cast.actor(by), **where)


def secret_of(invitation: RoleInvitation) -> str:
    """What stands in the link of the letter."""
    with seeing(Actor.system()):
        letter = Letter.objects.filter(person_id=invitation.person.pk).latest("id")
    found = re.search(r"https?://\S+/join/([^/\s]+)/", letter.text)
    assert found, letter.text
    return found[1]


def test_who_is_new_gets_a_link_chooses_a_password_and_holds_the_role(cast: Cast) -> None:
    invitation = asked(cast)
    nina = Person.objects.get(email=NINA)
    assert not nina.has_usable_password()
    assert roles_of(nina) == set()
    join(secret_of(invitation), by=NOBODY, chosen=NEW)
    nina.refresh_from_db()
    assert nina.check_password(NEW.password)
    assert roles_of(nina) == {("viewer", "Alder Works")}
    assert told("account", cast.alder)[-2:] == ["role_invitation.sent", "role_invitation.accepted"]
    assert told("person", nina) == [
        "person.added",
        "person.password_changed",
        "person.role_granted",
    ]


def test_who_is_known_gets_one_more_role_after_signing_in(cast: Cast) -> None:
    link = secret_of(asked(cast, "bo@example.com"))
    bo = cast.people["bo"]
    assert roles_of(bo) == {("primary_admin", "Birch Line")}
    with pytest.raises(Refused) as refused:
        join(link, by=cast.actor("stan"))
    assert refused.value.code == "invitation_unusable"
    join(link, by=cast.actor("bo"))
    assert roles_of(bo) == {("primary_admin", "Birch Line"), ("viewer", "Alder Works")}


def test_an_invitation_looks_the_same_whether_the_address_is_known_or_not(cast: Cast) -> None:
    with seeing(OPERATOR):
        shown: list[tuple[Any, ...]] = []
        for email in (NINA, "bo@example.com", "stan@example.com"):
            made = asked(cast, email)
            seen = RoleInvitation.objects.get(pk=made.pk)
            letter = Letter.objects.filter(person_id=made.person.pk).latest("id")
            text = re.sub(r"/join/\S+", "/join/", letter.text)
            row = (seen.role, seen.name, seen.expires_at - seen.sent_at, seen.ended_for)
            shown.append((*row, letter.subject, text))
    assert len(set(shown)) == 1
    said = told("account", cast.alder, data=True)[-3:]
    assert len({tuple(sorted(each)) for each in said}) == 1
    assert not any("person" in each for each in said)


def test_one_who_was_disabled_is_invited_like_any_other_and_cannot_come_back(cast: Cast) -> None:
    disable_person("bo@example.com", by=OPERATOR)
    invitation = asked(cast, "bo@example.com")
    link = secret_of(invitation)
    post(addresses)
    with seeing(OPERATOR):
        letter = Letter.objects.get(person_id=cast.people["bo"].pk, kind="sign_in")
    assert letter.state == "withheld"
    assert letter.text == ""
    assert refusal(join, link, by=NOBODY, chosen=NEW) == "invitation_unusable"


def test_invited_again_the_link_before_is_dead(cast: Cast) -> None:
    first = asked(cast)
    before = secret_of(first)
    second = asked(cast, role="secondary_admin")
    assert refusal(join, before, by=NOBODY, chosen=NEW) == "invitation_unusable"
    join(secret_of(second), by=NOBODY, chosen=NEW)
    assert roles_of(second.person) == {("secondary_admin", "Alder Works")}
    assert told("account", cast.alder, data=True)[-2]["replaces"] == str(first.pk)


def test_a_link_works_once_and_until_its_last_day(cast: Cast, settings: Settings) -> None:
    link = secret_of(asked(cast))
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=8)
    assert refusal(join, link, by=NOBODY, chosen=NEW) == "invitation_unusable"
    settings.OFRECORD_TODAY = None
    join(link, by=NOBODY, chosen=NEW)
    other = Newcomer("Mallory", "another long password")
    assert refusal(join, link, by=NOBODY, chosen=other) == "invitation_unusable"
    assert Person.objects.get(email=NINA).name == "Nina New"


def test_a_link_gives_nobody_who_can_sign_in_another_password(cast: Cast) -> None:
    pia = cast.people["bo"]
    pia.set_password("the one she chose")
    pia.save()
    link = secret_of(asked(cast, "bo@example.com"))
    assert refusal(join, link, by=NOBODY, chosen=NEW) == "invitation_unusable"


def test_a_weak_password_is_refused_and_the_link_still_works(cast: Cast) -> None:
    link = secret_of(asked(cast))
    weak = Newcomer("Nina New", "12345678")
    assert refusal(join, link, by=NOBODY, chosen=weak) == "password_unusable"
    assert refusal(join, link, by=NOBODY, chosen=Newcomer(" ", NEW.password)) == "name_missing"
    join(link, by=NOBODY, chosen=NEW)


def test_only_the_hash_of_the_secret_is_kept(cast: Cast) -> None:
    invitation = asked(cast)
    secret = secret_of(invitation)
    assert len(secret) >= 43
    assert bytes(invitation.digest) == inviting.hashed(secret)
    assert not is_password_usable(Person.objects.get(email=NINA).password)


def test_a_withdrawn_invitation_opens_nothing(cast: Cast) -> None:
    invitation = asked(cast)
    link = secret_of(invitation)
    assert refusal(withdraw, invitation.pk, by=cast.actor("sam")) == "not_permitted"
    assert refusal(withdraw, invitation.pk, by=cast.actor("bo")) == "invitation_unknown"
    withdraw(invitation.pk, by=cast.actor("pia"))
    assert refusal(join, link, by=NOBODY, chosen=NEW) == "invitation_unusable"
    assert refusal(withdraw, invitation.pk, by=cast.actor("pia")) == "invitation_over"


@pytest.mark.parametrize(
    ("by", "belongs_to", "role", "code"),
    [
        ("sam", "5100000001", "viewer", "not_permitted"),
        ("vera", "5100000001", "viewer", "not_permitted"),
        ("pia", "5100000001", "primary_admin", "not_permitted"),
        ("pia", "5100000002", "viewer", "belongs_to_unknown"),
        ("pia", "5199999999", "viewer", "belongs_to_unknown"),
        ("pia", "vendor", "auditor", "belongs_to_unknown"),
        ("pia", "7200000001", "partner_rep", "belongs_to_unknown"),
        ("gil", "7200000002", "partner_rep", "not_permitted"),
        ("lou", "7200000003", "partner_rep", "belongs_to_unknown"),
        ("aude", "5100000001", "viewer", "not_permitted"),
        ("opal", "vendor", "auditor", "not_permitted"),
        ("opal", "5100000001", "primary_admin", "not_permitted"),
        ("opal", "7200000001", "partner_admin", "not_permitted"),
        ("opal", "7200000002", "partner_rep", "not_permitted"),
        ("pia", "5100000001", "emperor", "role_unusable"),
    ],
)
def test_who_may_not_invite_is_told_so_and_foreign_places_are_unknown(
    cast: Cast, by: str, belongs_to: str, role: str, code: str
) -> None:
    assert refusal(asked, cast, by=by, belongs_to=belongs_to, role=role) == code


def test_each_place_is_looked_after_by_its_own_and_begun_by_the_vendor(cast: Cast) -> None:
    add_person("adam@example.com", "Adam", belongs_to="vendor", role="administrator", by=OPERATOR)
    cast.people["adam"] = Person.objects.get(email="adam@example.com")
    asked(cast, "one@example.com", by="lou", belongs_to="7200000001", role="partner_admin")
    asked(cast, "two@example.com", by="opal", belongs_to="7200000002", role="partner_admin")
    asked(cast, "three@example.com", by="adam", belongs_to="vendor", role="support_agent")
    disable_person("bo@example.com", by=OPERATOR)
    made = asked(cast, "four@example.com", by="opal", belongs_to="5100000002", role="primary_admin")
    join(secret_of(made), by=NOBODY, chosen=NEW)
    with seeing(OPERATOR):
        heads = Role.objects.filter(account=cast.birch, name="primary_admin")
        assert [each.person.email for each in heads] == ["four@example.com"]


def test_who_works_there_already_is_not_invited(cast: Cast) -> None:
    assert refusal(asked, cast, "sam@example.com") == "role_held"


def test_letters_are_limited_by_place_and_address(cast: Cast) -> None:
    for _time in range(inviting.BY_ADDRESS):
        asked(cast)
    assert refusal(asked, cast) == "invitation_limit"
    for number in range(inviting.BY_PERSON - inviting.BY_ADDRESS):
        asked(cast, f"nina{number}@example.com")
    assert refusal(asked, cast, "one.more@example.com") == "invitation_limit"
    asked(cast, by="bo", belongs_to=cast.birch.account_number)


def test_a_name_with_a_line_break_does_not_reach_a_header(cast: Cast) -> None:
    made = invite(
        NINA,
        "Nina\r\nBcc: all@example.com",
        belongs_to=cast.alder.account_number,
        role="viewer",
        by=cast.actor("pia"),
    )
    assert made.name == "Nina Bcc: all@example.com"
