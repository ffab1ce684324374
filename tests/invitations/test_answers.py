"""What becomes of an invitation: opened, accepted by a change, declined, withdrawn, expired."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from ofrecord.agreements.models import Agreement
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.invitations import sent
from ofrecord.invitations.accept import accept
from ofrecord.invitations.decline import decline
from ofrecord.invitations.expire import expire
from ofrecord.invitations.introduce import introduce
from ofrecord.invitations.lifecycle import MOVES, move
from ofrecord.invitations.models import Invitation, InvitedPerson
from ofrecord.invitations.open_invitation import open_invitation
from ofrecord.invitations.withdraw import withdraw
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cast import Cast, of_record
from tests.invitations.inviting import (
    BIRCH,
    NOBODY,
    by_firm,
    by_vendor,
    firm,
    letters,
    now,
    opened,
    reached,
    token,
    told,
)

GORSE = ("Gorse Digital", "reseller", None)


def accepted(
    cast: Cast, invitation: Invitation, *references: str, by: str = "pia", **given: Any
) -> Submitted:
    partner = given.pop("partner", cast.gorse.account_number)
    reason = "Met at the fair."
    return accept(invitation.pk, references, partner, by=cast.actor(by), reason=reason, **given)


def later(settings: Settings, days: int = 31) -> None:
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=days)


def test_the_first_of_them_opens_it_once(cast: Cast) -> None:
    made = reached(cast)
    assert opened(cast).pk == opened(cast, "sam").pk == made.pk
    assert now(made).opened_by_id == cast.people["pia"].pk
    assert told(made)[2:] == ["invitation.opened"]
    with seeing(firm(cast)):
        (seen,) = sent.page(cast.gorse.pk, 10)
    assert seen.standing == "sent"


@pytest.mark.parametrize("name", ["bo", "vera", "stan", "gil"])
def test_a_link_tells_nobody_else_more_than_one_that_leads_nowhere(cast: Cast, name: str) -> None:
    reached(cast)
    said = set()
    for link in (token(), "x" * 43):
        with pytest.raises(NotFound) as refusal:
            open_invitation(link, by=cast.actor(name).only(accounts=True))
        said.add(str(refusal.value))
    assert len(said) == 1


def test_who_has_left_the_account_opens_nothing(cast: Cast) -> None:
    reached(cast)
    with seeing(Actor.system()):
        Role.objects.filter(person=cast.people["sam"]).delete()
    with pytest.raises(NotFound):
        opened(cast, "sam")


def test_a_change_through_it_names_it_and_accepts_it(cast: Cast) -> None:
    reference, other = cast.contract(), cast.contract()
    made = reached(cast)
    outcome = accepted(cast, made, reference, other)
    numbers = [item.number for item in outcome.accepted]
    kept = now(made)
    assert (kept.state, kept.answer) == ("accepted", f"partner_change/{numbers[0]}")
    assert of_record(reference) == of_record(other) == {GORSE}
    with seeing(Actor.system()):
        causes = PartnerChange.objects.filter(number__in=numbers).values_list("cause", flat=True)
        assert set(causes) == {f"invitation/{made.pk}"}
    assert told(made)[2:] == ["invitation.accepted", "invitation.answered"]
    with seeing(firm(cast)):
        (seen,) = sent.page(cast.gorse.pk, 10)
    assert seen.standing == "accepted"


def test_the_vendors_is_answered_without_a_word_to_the_partner(cast: Cast) -> None:
    reference = cast.contract()
    made = by_vendor(cast, reference)
    accepted(cast, made, reference)
    assert told(made)[2:] == ["invitation.accepted"]


def test_a_refused_change_leaves_it_open(cast: Cast) -> None:
    made, near = reached(cast), cast.contract(days=30)
    with pytest.raises(Refused) as refusal:
        accepted(cast, made, near)
    assert refusal.value.code == "near_expiration"
    assert now(made).state == "sent"
    accepted(cast, made, cast.contract())
    assert now(made).state == "accepted"


def test_the_same_submit_twice_is_one_answer(cast: Cast) -> None:
    made, reference = reached(cast), cast.contract()
    first = accepted(cast, made, reference, idempotency_key="once")
    again = accepted(cast, made, reference, idempotency_key="once")
    assert again.repeated
    assert first.items[0].number == again.items[0].number
    assert told(made).count("invitation.accepted") == 1


def _foreign(cast: Cast, made: Invitation) -> Submitted:
    with seeing(Actor.system()):
        Role.objects.create(person=cast.people["pia"], name="secondary_admin", account=cast.birch)
    return accepted(cast, made, cast.contract(account=cast.birch))


def _to_another(cast: Cast, made: Invitation) -> Submitted:
    cast.partner("7200000009", "Heath Tools")
    return accepted(cast, made, cast.contract(), partner="7200000009")


def _too_late(cast: Cast, made: Invitation) -> Submitted:
    withdraw(made.pk, by=firm(cast))
    return accepted(cast, made, cast.contract())


@pytest.mark.parametrize("act", [_foreign, _to_another, _too_late])
def test_a_change_that_it_was_not_sent_for_goes_through_without_it(
    cast: Cast, act: Callable[[Cast, Invitation], Submitted]
) -> None:
    made = reached(cast)
    number = act(cast, made).accepted[0].number
    with seeing(Actor.system()):
        assert PartnerChange.objects.get(number=number).cause == ""
    assert now(made).state != "accepted"


def test_no_thank_you_is_told_to_the_partner_and_holds(cast: Cast) -> None:
    made = reached(cast)
    decline(made.pk, by=cast.actor("sam"), reason="We are happy where we are.")
    assert told(made)[2:] == ["invitation.declined", "invitation.answered"]
    (letter,) = letters("invitation.declined.partner")
    assert letter.partner_id == cast.gorse.pk
    assert "We are happy where we are." in letter.text
    assert "Alder Works" not in letter.text
    before = len(letters())
    assert reached(cast).account is None
    assert len(letters()) == before


def test_who_may_only_look_declines_nothing(cast: Cast) -> None:
    made = reached(cast)
    with pytest.raises(NotPermitted):
        decline(made.pk, by=cast.actor("vera"))
    with pytest.raises(NotFound):
        decline(made.pk, by=cast.actor("bo"))


def test_a_partner_withdraws_its_own_whether_or_not_it_reached_anybody(cast: Cast) -> None:
    for number in (BIRCH, NOBODY):
        made = reached(cast, number)
        with pytest.raises(NotFound):
            withdraw(made.pk, by=firm(cast, "lou"))
        withdraw(made.pk, by=firm(cast))
        assert now(made).state == "withdrawn"
        with pytest.raises(Refused) as refusal:
            withdraw(made.pk, by=firm(cast))
        assert refusal.value.code == "invitation_withdrawn"


def test_operations_withdraw_what_anybody_has_sent(cast: Cast) -> None:
    mine, theirs = by_vendor(cast), reached(cast, BIRCH)
    for made in (mine, theirs):
        with pytest.raises(NotPermitted):
            withdraw(made.pk, by=cast.actor("aude", door="console"))
        withdraw(made.pk, by=cast.actor("opal", door="console"), reason="Sent by mistake.")
        assert now(made).closed_reason == "Sent by mistake."
    with seeing(firm(cast)):
        (seen,) = sent.page(cast.gorse.pk, 10)
    assert (seen.standing, seen.closed_reason) == ("withdrawn", "")


def test_withdrawn_before_the_clock_came_to_it_reaches_nobody(cast: Cast) -> None:
    made = by_firm(cast)
    withdraw(made.pk, by=firm(cast))
    assert introduce(by=Actor.system()) == 0
    assert not letters()


def test_its_time_ends_with_its_last_day(cast: Cast, settings: Settings) -> None:
    made, unknown = reached(cast), reached(cast, NOBODY)
    later(settings, 30)
    assert now(made).standing == "sent"
    assert expire(by=Actor.system()) == 0
    later(settings, 1)
    assert now(made).standing == "expired"
    assert opened(cast).opened_at is None
    with pytest.raises(Refused) as refusal:
        decline(made.pk, by=cast.actor("pia"))
    assert refusal.value.code == "invitation_expired"
    assert expire(by=Actor.system()) == 2
    assert now(made).state == now(unknown).state == "expired"
    assert told(unknown) == ["invitation.sent", "invitation.expired"]


def test_what_was_answered_is_over(cast: Cast) -> None:
    assert {each.before for each in MOVES} == {"", "sent"}
    with pytest.raises(LookupError):
        move("accepted", "decline")


@pytest.mark.slow
def test_of_two_answers_at_once_one_counts(fresh_cast: Cast) -> None:
    made, reference = reached(fresh_cast), fresh_cast.contract()
    ready, refused = Barrier(3), []

    def answering(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connections.close_all()

    pia, sam = fresh_cast.actor("pia"), fresh_cast.actor("sam")
    number = fresh_cast.gorse.account_number
    threads = [
        Thread(target=answering, args=[each])
        for each in (
            lambda: accept(made.pk, [reference], number, by=pia, reason="Yes."),
            lambda: decline(made.pk, by=sam),
            lambda: withdraw(made.pk, by=firm(fresh_cast)),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = now(made)
    assert len([each for each in told(made) if each in {m.event for m in MOVES[3:]}]) == 1
    with seeing(Actor.system()):
        (cause,) = PartnerChange.objects.filter(occasion="request").values_list("cause", flat=True)
        assert (cause == f"invitation/{made.pk}") == (kept.state == "accepted")
        assert Agreement.objects.filter(reference=reference).exists()
        assert InvitedPerson.objects.filter(invitation=made).count() == 2
    assert set(refused) <= {f"invitation_{kept.state}"}
