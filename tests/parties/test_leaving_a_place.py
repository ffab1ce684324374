"""Roles end, change and are handed over; whoever leaves is out in the same transaction."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as TokenClient
from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.db import connection

from ofrecord.agreements.contract_manager import appoint
from ofrecord.agreements.models import Agreement
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.models import Consent
from ofrecord.changes.support import Wish, support
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import add_person
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.enable_person import enable_person
from ofrecord.parties.models import Person, Role, RoleInvitation
from ofrecord.parties.people.change_role import change_role
from ofrecord.parties.people.end_sessions import end_sessions
from ofrecord.parties.people.hand_over import hand_over
from ofrecord.parties.people.join import join
from ofrecord.parties.people.remove import remove
from tests.cast import Cast, types
from tests.databases import Copy
from tests.parties.reading import refusal, roles_of, told
from tests.parties.test_inviting import NEW, NOBODY, asked, secret_of
from tests.security.people import browser_of, is_in

OPERATOR = Actor.system("cli")


def role_of(cast: Cast, name: str) -> int:
    """The id of the one role that somebody of the cast holds."""
    with seeing(OPERATOR):
        return Role.objects.get(person=cast.people[name]).pk


def with_token(person: Person) -> None:
    client = TokenClient.objects.create(id=f"of-{person.pk}", name="Theirs", secret="x")
    Token.objects.create(client=client, user=person, type="at", hash=f"hash-{person.pk}")


def open_invitations() -> int:
    with seeing(OPERATOR):
        return RoleInvitation.objects.filter(accepted_at=None, ended_at=None).count()


def test_who_leaves_the_last_place_is_signed_out_and_their_invitations_end(cast: Cast) -> None:
    vera, browser = cast.people["vera"], browser_of(cast.people["vera"])
    with_token(vera)
    remove(role_of(cast, "vera"), by=cast.actor("pia"))
    assert roles_of(vera) == set()
    assert not is_in(browser)
    assert Token.objects.filter(user=vera).count() == 0
    said = told("person", vera, data=True)[-1]
    assert (said["role"], said["account"], said["sessions"]) == ("viewer", "5100000001", 1)
    assert told("account", cast.alder)[-1] == "role.removed"
    with seeing(OPERATOR):
        letter = Letter.objects.get(person_id=vera.pk)
    assert "You are no longer Viewer of Alder Works" in letter.text


def test_who_works_elsewhere_too_stays_signed_in_there(cast: Cast) -> None:
    add_person("vera@example.com", "Vera", belongs_to="5100000002", role="viewer", by=OPERATOR)
    browser = browser_of(cast.people["vera"])
    with seeing(OPERATOR):
        here = Role.objects.get(person=cast.people["vera"], account=cast.alder).pk
    remove(here, by=cast.actor("pia"))
    assert is_in(browser)
    assert roles_of(cast.people["vera"]) == {("viewer", "Birch Line")}


def test_an_admin_who_leaves_takes_the_invitations_along(cast: Cast) -> None:
    given: dict[str, Any] = {"belongs_to": "7200000001"}
    add_person("lea@example.com", "Lea", role="partner_admin", by=OPERATOR, **given)
    invitation = asked(cast, "friend@example.com", by="lou", role="partner_admin", **given)
    link = secret_of(invitation)
    cast.people["lea"] = Person.objects.get(email="lea@example.com")
    remove(role_of(cast, "lou"), by=cast.actor("lea"))
    assert refusal(join, link, by=NOBODY, chosen=NEW) == "invitation_unusable"
    assert told("partner", cast.larkspur, data=True)[-1]["invitations"] == [str(invitation.pk)]


def test_disabling_ends_sessions_tokens_and_invitations_in_one_transaction(cast: Cast) -> None:
    pia, browser = cast.people["pia"], browser_of(cast.people["pia"])
    with_token(pia)
    asked(cast, "friend@example.com")
    asked(cast, "pia@example.com", by="bo", belongs_to=cast.birch.account_number)
    disable_person(pia.email, by=OPERATOR)
    assert not is_in(browser)
    assert UserSession.objects.filter(user=pia).count() == 0
    assert Token.objects.filter(user=pia).count() == 0
    assert open_invitations() == 0
    assert len(told("person", pia, data=True)[-1]["invitations"]) == 2


def test_what_disabling_ends_comes_back_when_it_is_undone_as_one(cast: Cast) -> None:
    """The sessions, the token and the invitations hang on the same transaction."""
    pia, browser = cast.people["pia"], browser_of(cast.people["pia"])
    with_token(pia)
    asked(cast, "friend@example.com")
    with seeing(OPERATOR):
        disable_person(pia.email, by=OPERATOR)
        assert (Token.objects.filter(user=pia).count(), open_invitations()) == (0, 0)
        connection.set_rollback(True)
    pia.refresh_from_db()
    assert pia.is_active
    assert is_in(browser)


def test_who_was_enabled_again_signs_in_anew(cast: Cast) -> None:
    browser = browser_of(cast.people["sam"])
    disable_person("sam@example.com", by=OPERATOR)
    enable_person("sam@example.com", by=OPERATOR)
    assert not is_in(browser)
    assert is_in(browser_of(cast.people["sam"]))
    assert refusal(enable_person, "sam@example.com", by=OPERATOR) == "person_enabled"
    assert refusal(enable_person, "sam@example.com", by=cast.actor("opal")) == "not_permitted"
    assert refusal(enable_person, "nobody@example.com", by=OPERATOR) == "person_unknown"


def test_an_administrator_signs_somebody_out_everywhere(cast: Cast) -> None:
    browser = browser_of(cast.people["sam"])
    assert refusal(end_sessions, cast.people["sam"].pk, by=cast.actor("opal")) == "not_permitted"
    assert refusal(end_sessions, 0, by=OPERATOR) == "person_unknown"
    assert end_sessions(cast.people["sam"].pk, by=OPERATOR) == 1
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("whose", "by", "code"),
    [
        ("vera", "sam", "not_permitted"),
        ("vera", "cora", "not_permitted"),
        ("vera", "opal", "not_permitted"),
        ("vera", "bo", "role_unknown"),
        ("vera", "lou", "role_unknown"),
        ("vera", "stan", "role_unknown"),
        ("pia", "pia", "not_permitted"),
        ("pia", "opal", "not_permitted"),
        ("lou", "lou", "last_admin"),
        ("gil", "gil", "not_permitted"),
        ("opal", "opal", "not_permitted"),
    ],
)
def test_who_may_not_remove_is_told_so(cast: Cast, whose: str, by: str, code: str) -> None:
    assert refusal(remove, role_of(cast, whose), by=cast.actor(by)) == code
    assert roles_of(cast.people[whose])


def test_the_terminal_cannot_leave_an_account_without_its_primary_admin(cast: Cast) -> None:
    assert refusal(remove, role_of(cast, "pia"), by=OPERATOR) == "primary_admin_stays"


def test_a_secondary_admin_becomes_a_viewer_and_is_told(cast: Cast) -> None:
    change_role(role_of(cast, "sam"), "viewer", by=cast.actor("pia"))
    assert roles_of(cast.people["sam"]) == {("viewer", "Alder Works")}
    assert told("account", cast.alder)[-1] == "role.changed"
    assert told("person", cast.people["sam"])[-1] == "person.role_changed"
    for to, code in (("viewer", "role_held"), ("primary_admin", "not_permitted")):
        assert refusal(change_role, role_of(cast, "sam"), to, by=cast.actor("pia")) == code
    assert refusal(change_role, role_of(cast, "pia"), "viewer", by=OPERATOR) == (
        "primary_admin_stays"
    )
    assert refusal(change_role, role_of(cast, "lou"), "partner_rep", by=cast.actor("lou")) == (
        "last_admin"
    )


def test_the_primary_admin_hands_over_and_stays_as_secondary(cast: Cast) -> None:
    for by, code in (("sam", "not_permitted"), ("bo", "role_unknown"), ("aude", "not_permitted")):
        assert refusal(hand_over, role_of(cast, "vera"), by=cast.actor(by)) == code
    sent = asked(cast).pk
    hand_over(role_of(cast, "vera"), by=cast.actor("pia"))
    assert told("account", cast.alder, data=True)[-1]["invitations"] == [str(sent)]
    assert open_invitations() == 0
    assert roles_of(cast.people["vera"]) == {("primary_admin", "Alder Works")}
    assert roles_of(cast.people["pia"]) == {("secondary_admin", "Alder Works")}
    assert told("account", cast.alder)[-1] == "role.handed_over"
    assert refusal(hand_over, role_of(cast, "sam"), by=cast.actor("pia")) == "not_permitted"
    assert refusal(hand_over, role_of(cast, "vera"), by=cast.actor("vera")) == "role_held"
    assert refusal(hand_over, role_of(cast, "lou"), by=OPERATOR) == "not_permitted"


def test_operations_hand_an_account_over_whose_primary_admin_left(cast: Cast) -> None:
    disable_person("pia@example.com", by=OPERATOR)
    opal, why = cast.actor("opal", door="console"), "Alder's board wrote to us."
    for reason in ("", "  \n"):
        for by in (opal, OPERATOR):
            code = refusal(hand_over, role_of(cast, "sam"), by=by, reason=reason)
            assert code == "reason_missing"
    hand_over(role_of(cast, "sam"), by=opal, reason=f" {why} ")
    assert roles_of(cast.people["sam"]) == {("primary_admin", "Alder Works")}
    for stream in (("account", cast.alder), ("person", cast.people["sam"])):
        said = told(*stream, data=True)[-1]
        assert (said["occasion"], said["reason"]) == ("support", why)
    disable_person("cora@example.com", by=OPERATOR)
    code = refusal(hand_over, role_of(cast, "cora"), by=cast.actor("opal"), reason=why)
    assert code == "person_disabled"


def test_who_works_for_the_account_does_not_hand_it_over_for_the_vendor(cast: Cast) -> None:
    with seeing(OPERATOR):
        own = Role.objects.create(
            person=cast.people["opal"], name="secondary_admin", account=cast.alder
        )
    for role in (own.pk, role_of(cast, "sam")):
        code = refusal(hand_over, role, by=cast.actor("opal"), reason="I need it.")
        assert code == "not_permitted"


def test_all_admins_are_told_why_the_vendor_named_another_primary_admin(cast: Cast) -> None:
    hand_over(role_of(cast, "vera"), by=cast.actor("opal"), reason="Pia asked us by phone.")
    with seeing(OPERATOR):
        told_of = {
            name: Letter.objects.filter(person_id=cast.people[name].pk).latest("pk").text
            for name in ("pia", "sam", "vera")
        }
    for text in told_of.values():
        assert "Pia asked us by phone." in text
        assert "Opal" not in text


def test_the_contract_manager_of_an_agreement_is_appointed(cast: Cast) -> None:
    reference, foreign = cast.contract(), cast.contract(account=cast.birch)
    shown = cast.shown(reference)
    vera, bo = cast.people["vera"], cast.people["bo"]
    assert appoint([reference], vera.pk, by=cast.actor("pia")) == [reference]
    assert appoint([reference], vera.pk, by=cast.actor("pia")) == []
    assert types(reference)[-1] == "agreement.contract_manager_changed"
    assert cast.check(reference, by="vera").available
    assert cast.shown(reference) != shown
    for by, references, whom, code in (
        ("sam", [reference], vera.pk, "not_permitted"),
        ("pia", [reference, foreign], vera.pk, "agreement_unknown"),
        ("pia", [reference], bo.pk, "manager_unusable"),
        ("lou", [reference], vera.pk, "agreement_unknown"),
    ):
        assert refusal(appoint, references, whom, by=cast.actor(by)) == code


def test_who_leaves_manages_no_agreement_any_more(cast: Cast) -> None:
    reference = cast.contract(manager="vera")
    remove(role_of(cast, "vera"), by=cast.actor("pia"))
    with seeing(OPERATOR):
        assert Agreement.objects.get(reference=reference).contract_manager is None
    assert types(reference)[-1] == "agreement.contract_manager_changed"


def test_of_two_last_admins_who_remove_each_other_one_stays(fresh_cast: Cast) -> None:
    add_person("lea@example.com", "Lea", belongs_to="7200000001", role="partner_admin", by=OPERATOR)
    fresh_cast.people["lea"] = Person.objects.get(email="lea@example.com")
    pairs = [("lou", "lea"), ("lea", "lou")]
    acts = [(role_of(fresh_cast, whose), fresh_cast.actor(by)) for whose, by in pairs]
    codes: list[str] = []
    start = Barrier(len(acts))

    def act(role: int, by: Actor) -> None:
        start.wait()
        codes.append(refusal(remove, role, by=by))
        connection.close()

    threads = [Thread(target=act, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [code for code in codes if code]
    assert len(refused) == 1
    assert refused[0] in ("last_admin", "not_permitted")
    with seeing(OPERATOR):
        assert Role.objects.filter(partner=fresh_cast.larkspur).count() == 1


def offended() -> set[str]:
    return {each.name for each in verify(samples=20) if each.violations}


def test_who_submitted_or_consented_before_leaving_had_the_right_to_it(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5, "approval": 5})
    number = cast.change(cast.contract(), by="sam")
    for kind, who in (("gaining", "gil"), ("approval", "pia")):
        with seeing(OPERATOR):
            asked = Consent.objects.get(change__number=number, kind=kind)
        answer([asked.pk], given=True, by=cast.actor(who))
    remove(role_of(cast, "sam"), by=cast.actor("pia"))
    remove(role_of(cast, "gil"), by=OPERATOR)
    hand_over(role_of(cast, "vera"), by=cast.actor("pia"))
    remove(role_of(cast, "pia"), by=cast.actor("vera"))
    assert offended() == set()


@pytest.mark.parametrize("leave", [remove, partial(change_role, to="auditor")])
def test_a_support_agent_who_acted_can_leave(cast: Cast, leave: Callable[..., Role]) -> None:
    add_person("sia@example.com", "Sia", belongs_to="vendor", role="support_agent", by=OPERATOR)
    add_person("sol@example.com", "Sol", belongs_to="vendor", role="support_agent", by=OPERATOR)
    for name in ("sia", "sol"):
        cast.people[name] = Person.objects.get(email=f"{name}@example.com")
    wish = Wish("7200000002", overrides=("near_expiration",))
    by = cast.actor("sia", door="console")
    support([cast.contract(days=40)], wish, by=by, reason="By telephone.")
    with seeing(OPERATOR):
        asked = Consent.objects.get(kind="override")
    answer([asked.pk], given=True, by=cast.actor("sol", door="console"))
    for name in ("sia", "sol"):
        leave(role_of(cast, name), by=OPERATOR)
    assert offended() == set()


def test_the_end_of_another_role_or_before_the_act_excuses_nothing(cast: Cast) -> None:
    add_person("sam@example.com", "Sam", belongs_to="5100000002", role="viewer", by=OPERATOR)
    with seeing(OPERATOR):
        own = dict(Role.objects.filter(person=cast.people["sam"]).values_list("account_id", "pk"))
    number = cast.change(cast.contract(), by="sam")
    remove(own[cast.birch.pk], by=OPERATOR)
    remove(role_of(cast, "vera"), by=cast.actor("pia"))
    with seeing(OPERATOR):
        Role.objects.filter(pk=own[cast.alder.pk]).delete()
        found = {each.name: each.examples for each in verify(samples=20) if each.violations}
    assert list(found) == ["rights_held"]
    assert number in found["rights_held"][0]


@pytest.mark.slow
def test_after_all_that_happens_to_people_the_installation_is_whole(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    reference = fresh_cast.contract(manager="vera")
    join(secret_of(asked(fresh_cast)), by=NOBODY, chosen=NEW)
    join(secret_of(asked(fresh_cast, "bo@example.com")), by=fresh_cast.actor("bo"))
    asked(fresh_cast, "friend@example.com")
    change_role(role_of(fresh_cast, "sam"), "viewer", by=fresh_cast.actor("pia"))
    appoint([reference], fresh_cast.people["sam"].pk, by=fresh_cast.actor("pia"))
    remove(role_of(fresh_cast, "sam"), by=fresh_cast.actor("pia"))
    hand_over(role_of(fresh_cast, "vera"), by=fresh_cast.actor("pia"))
    end_sessions(fresh_cast.people["pia"].pk, by=OPERATOR)
    disable_person("pia@example.com", by=OPERATOR)
    enable_person("pia@example.com", by=OPERATOR)
    command = [sys.executable, "-m", "ofrecord", "verify"]
    ran = subprocess.run(command, env=fresh_database.env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
