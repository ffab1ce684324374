"""Undo: the latest change taken back, by a change of its own, while the policy allows it."""

from datetime import date, timedelta
from typing import Any

import pytest

from ofrecord.changes.check import Check
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import NotAvailable, NotFound, NotPermitted, Refused, Unusable
from ofrecord.changes.undo import preview, undo
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner, Role
from ofrecord.rules.models import Policy
from ofrecord.rules.policy import Terms
from tests.cast import Cast, Of, bodies, of_record, types

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)
FRIDAY = date(2026, 11, 20)


def take_back(cast: Cast, number: str, by: str = "pia", **given: Any) -> str:
    outcome = undo([number], by=cast.actor(by), reason="It was a mistake.", **given)
    assert outcome.items[0].number
    return outcome.items[0].number


def shown(cast: Cast, number: str) -> Check:
    actor = cast.actor("pia")
    with seeing(actor):
        found = preview(number, by=actor)
    assert found
    return found


def publish(**parameters: Any) -> None:
    with seeing(Actor.system()):
        Policy.objects.create(
            version=2,
            in_force_on=clock.today(),
            parameters={**Terms().as_parameters(), **parameters},
            published_at=clock.business_now(),
        )


def test_it_restores_the_whole_set_from_now_on(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    number = cast.change(reference)
    assert of_record(reference) == {GORSE}
    between = clock.business_now()
    undoing = take_back(cast, number)
    assert of_record(reference) == {LARKSPUR, DUNE}
    assert of_record(reference, between) == {GORSE}
    with seeing(Actor.system()):
        change = PartnerChange.objects.get(number=undoing)
        undone = PartnerChange.objects.get(number=number)
    assert (change.occasion, change.undoes_id) == ("undo", undone.pk)
    assert undone.state == "complete"
    assert all(result.violations == 0 for result in verify())


def test_it_is_told_as_a_change_that_names_what_it_undoes(cast: Cast) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    undoing = take_back(cast, number, by="sam")
    assert types(reference)[-2:] == ["partner_change.applied", "partner_change.completed"]
    told = bodies(reference)[-2]["data"]
    assert (told["change"], told["occasion"], told["undoes"]) == (undoing, "undo", number)
    assert (told["gaining"], told["losing"]) == (
        [cast.larkspur.account_number],
        [cast.gorse.account_number],
    )
    assert told["reason"] == "It was a mistake."


def test_the_preview_is_the_act(cast: Cast) -> None:
    number = cast.change(cast.contract())
    found = shown(cast, number)
    assert found.available
    assert [party.name for party in found.before] == ["Gorse Digital"]
    assert [party.name for party in found.after or ()] == ["Larkspur Systems"]


@pytest.mark.parametrize(
    ("days", "working_days", "holidays", "still_open"),
    [
        (7, 5, [], True),
        (8, 5, [], False),
        (7, 4, [], False),
        (8, 5, ["2026-11-25"], True),
        (10, 5, ["2026-11-25"], True),
        (11, 5, ["2026-11-25"], False),
    ],
)
def test_it_is_open_for_working_days_and_holidays_do_not_count(
    cast: Cast, settings: Any, days: int, working_days: int, holidays: list[str], still_open: bool
) -> None:
    settings.OFRECORD_TODAY = FRIDAY
    publish(undo_working_days=working_days, holidays=holidays)
    number = cast.change(cast.contract())
    settings.OFRECORD_TODAY = FRIDAY + timedelta(days=days)
    assert shown(cast, number).available is still_open
    if not still_open:
        with pytest.raises(NotAvailable) as refusal:
            take_back(cast, number)
        assert refusal.value.code == "undo_window"


def test_not_after_another_change(cast: Cast) -> None:
    reference = cast.contract()
    first = cast.change(reference)
    second = cast.change(reference, partner=cast.dune.account_number)
    with pytest.raises(NotAvailable) as refusal:
        take_back(cast, first)
    assert refusal.value.code == "decided_since"
    assert second in str(refusal.value)
    both = undo([first, second], by=cast.actor("pia"), reason="Both.")
    assert [item.state for item in both.items] == ["refused", "complete"]
    assert of_record(reference) == {GORSE}


def test_an_undo_is_not_undone(cast: Cast) -> None:
    undoing = take_back(cast, cast.change(cast.contract()))
    with pytest.raises(NotAvailable) as refusal:
        take_back(cast, undoing)
    assert refusal.value.code == "not_undoable"


def test_what_is_scheduled_is_cancelled_instead(cast: Cast) -> None:
    number = cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=3))
    with pytest.raises(NotAvailable) as refusal:
        take_back(cast, number)
    assert refusal.value.verdicts[0].code == "change_in_progress"
    assert "not_undoable" in [verdict.code for verdict in refusal.value.verdicts]


def test_not_to_a_partner_that_is_no_longer_active(cast: Cast) -> None:
    number = cast.change(cast.contract())
    with seeing(Actor.system()):
        Partner.objects.filter(pk=cast.larkspur.pk).update(status="terminated")
    with pytest.raises(NotAvailable) as refusal:
        take_back(cast, number)
    assert refusal.value.code == "restored_inactive"
    assert "Larkspur Systems" in str(refusal.value)


def test_what_was_sold_direct_is_so_again(cast: Cast) -> None:
    reference = cast.contract(partners=())
    take_back(cast, cast.change(reference))
    assert of_record(reference) == set()
    assert all(result.violations == 0 for result in verify())


@pytest.mark.parametrize(("who", "kind"), [("vera", NotPermitted), ("bo", NotFound)])
def test_who_may_not(cast: Cast, who: str, kind: type[Refused]) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    with pytest.raises(kind):
        take_back(cast, number, by=who)
    assert of_record(reference) == {GORSE}


def test_a_reason_is_needed(cast: Cast) -> None:
    number = cast.change(cast.contract())
    with pytest.raises(Unusable) as refusal:
        undo([number], by=cast.actor("pia"), reason="  ")
    assert refusal.value.code == "reason_missing"


def test_the_same_undo_twice_is_one(cast: Cast) -> None:
    number = cast.change(cast.contract())
    first = undo([number], by=cast.actor("pia"), reason="No.", idempotency_key="k")
    again = undo([number], by=cast.actor("pia"), reason="No.", idempotency_key="k")
    assert again.items == first.items and again.repeated


def test_it_starts_no_cool_down_and_takes_the_one_of_the_change_away(cast: Cast) -> None:
    publish(cool_down_days=10)
    reference = cast.contract()
    number = cast.change(reference)
    found = cast.check(reference, partner=cast.dune.account_number)
    assert [verdict.code for verdict in found.verdicts] == ["cool_down"]
    assert found.verdicts[0].until == clock.today() + timedelta(days=9)
    take_back(cast, number)
    assert cast.check(reference, partner=cast.dune.account_number).available


def agent(cast: Cast, name: str = "opal") -> Actor:
    return cast.actor(name, door="console")


def undone_by(cast: Cast, number: str, by: Actor, reason: str = "Pia called us.") -> str:
    return str(undo([number], by=by, reason=reason).items[0].number)


def test_an_agent_undoes_it_for_the_customer_and_it_shows_as_that(cast: Cast) -> None:
    reference = cast.contract()
    undoing = undone_by(cast, cast.change(reference), agent(cast))
    assert of_record(reference) == {LARKSPUR}
    told = bodies(reference)[-2]["data"]
    assert (told["cause"], told["reason"]) == ("support", "Pia called us.")
    assert told["by"]["person"] == cast.people["opal"].pk
    with seeing(Actor.system()):
        change = PartnerChange.objects.get(number=undoing)
    assert (change.occasion, change.cause, change.on_behalf_of_id) == ("undo", "support", None)
    assert [result for result in verify() if result.violations] == []


def test_an_agent_gives_a_reason_and_is_held_to_the_window(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_TODAY = FRIDAY
    number = cast.change(cast.contract())
    with pytest.raises(Unusable) as nothing:
        undone_by(cast, number, agent(cast), reason=" ")
    assert nothing.value.code == "reason_missing"
    settings.OFRECORD_TODAY = FRIDAY + timedelta(days=8)
    with pytest.raises(NotAvailable) as refusal:
        undone_by(cast, number, agent(cast))
    assert refusal.value.code == "undo_window"


def test_neither_an_auditor_nor_an_agent_with_a_role_in_the_account_undoes(cast: Cast) -> None:
    number = cast.change(cast.contract())
    with pytest.raises(NotPermitted):
        undone_by(cast, number, agent(cast, "aude"))
    with seeing(Actor.system()):
        Role.objects.create(person=cast.people["opal"], name="secondary_admin", account=cast.alder)
    with pytest.raises(NotPermitted) as own:
        undone_by(cast, number, agent(cast))
    assert "somebody else at the vendor" in str(own.value)
    with seeing(Actor.system()):
        Role.objects.filter(person=cast.people["opal"], account=None).delete()
    with pytest.raises(NotPermitted):
        stale = Actor(cast.people["opal"].pk, "console", vendor_roles=("operations",))
        undone_by(cast, number, stale)
