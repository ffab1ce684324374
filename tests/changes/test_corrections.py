"""Corrections: the past put right by two people, beside or instead of what is open."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from ofrecord.agreements.models import Agreement
from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.decline import decline
from ofrecord.changes.corrections.proposal import Wish
from ofrecord.changes.corrections.proposal import preview as previewed
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.models import Consent, Correction, PartnerChange
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused, Unusable
from ofrecord.changes.undo import preview, undo
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cast import Cast, Of, events, of_record, types

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a second person of operations, Otis."""
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    return cast


def day(count: int) -> date:
    return clock.today() + timedelta(days=count)


def at(count: int) -> datetime:
    return clock.midnight(day(count))


def put_forward(cast: Cast, reference: str, by: str = "opal", **given: Any) -> UUID:
    actor = cast.actor(by, door="console")
    return propose(reference, by=actor, reason="The ERP says so.", **given).pk


def correct(cast: Cast, reference: str, **given: Any) -> str:
    """What Opal proposes and Otis approves; the change's number."""
    proposed = put_forward(cast, reference, **given)
    return approve(proposed, by=cast.actor("otis", door="console")).number


def of(number: str) -> PartnerChange:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number)


def sound() -> None:
    assert {each.name: each.examples for each in verify(samples=400) if each.violations} == {}


def test_it_counts_from_a_day_in_the_past_and_says_when_that_was_learned(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    before = clock.business_now()
    number = correct(cast, reference, partner="7200000002", effective_on=day(-30))
    change = of(number)
    assert (change.occasion, change.state, change.effective_at) == (
        "correction",
        "complete",
        at(-30),
    )
    assert change.proposed_by_id == cast.people["opal"].pk
    assert change.by_id == cast.people["otis"].pk
    assert of_record(reference, at(-31)) == {LARKSPUR, DUNE}
    assert of_record(reference, at(-30)) == {GORSE}
    assert of_record(reference) == {GORSE}
    assert of_record(reference, at(-10), before) == {LARKSPUR, DUNE}
    assert types(reference)[1:] == [
        "correction.proposed",
        "partner_change.applied",
        "partner_change.completed",
    ]
    applied = events(reference)[2][1]
    assert applied["proposed_by"] == cast.people["opal"].pk
    sound()


def test_nothing_changes_before_the_second_person_approves(cast: Cast) -> None:
    reference = cast.contract()
    proposed = put_forward(cast, reference, partner="7200000002", effective_on=day(-30))
    assert of_record(reference, at(-10)) == {LARKSPUR}
    assert cast.check(reference).available
    with pytest.raises(NotPermitted) as refused:
        approve(proposed, by=cast.actor("opal"))
    assert refused.value.code == "same_person"
    for_opal = Actor.system("cli").acting_for(cast.people["opal"].pk)
    with pytest.raises(NotPermitted):
        approve(proposed, by=for_opal)
    with pytest.raises(NotPermitted):
        approve(proposed, by=cast.actor("aude"))
    with pytest.raises(NotFound):
        approve(proposed, by=cast.actor("pia"))
    assert of_record(reference) == {LARKSPUR}
    sound()


def test_only_operations_propose(cast: Cast) -> None:
    reference = cast.contract()
    for somebody in ("pia", "aude"):
        with pytest.raises(NotPermitted):
            put_forward(cast, reference, by=somebody, partner="7200000002", effective_on=day(-1))
    for somebody in ("bo", "stan", "lou"):
        with pytest.raises(NotFound):
            put_forward(cast, reference, by=somebody, partner="7200000002", effective_on=day(-1))


def test_the_database_asks_for_two_people_too(cast: Cast) -> None:
    number = correct(cast, reference := cast.contract(), partner="7200000002", effective_on=day(-1))
    with (
        pytest.raises(IntegrityError, match="corrected_by_two"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT set_config('ofrecord.scope', 'system', true)")
        cursor.execute(
            "INSERT INTO partner_change (number, agreement_id, account_id, occasion, state,"
            " effective_at, submitted_at, policy_version, version, by_id, proposed_by_id, door,"
            " reason, closed_reason)"
            " SELECT 'PC-00000000', agreement_id, account_id, occasion, state, effective_at,"
            " submitted_at, policy_version, version, by_id, by_id, door, reason, closed_reason"
            " FROM partner_change WHERE number = %s",
            [number],
        )
    assert of_record(reference) == {GORSE}


def test_it_restores_what_a_change_had_replaced(cast: Cast, settings: Any) -> None:
    """Long after the customer could have undone it."""
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    wrong = cast.change(reference)
    settings.OFRECORD_TODAY = day(30)
    number = correct(cast, reference, corrects=wrong)
    assert of(number).corrects_id == of(wrong).pk
    assert of(number).effective_at == of(wrong).effective_at
    assert of_record(reference, of(wrong).effective_at) == {LARKSPUR, DUNE}
    assert events(reference)[-2][1]["corrects"] == wrong
    sound()


def test_another_partner_from_the_corrected_change_on(cast: Cast) -> None:
    wrong = cast.change(reference := cast.contract())
    correct(cast, reference, corrects=wrong, partner="7200000003")
    assert of_record(reference, of(wrong).effective_at) == {DUNE}
    sound()


def test_a_period_of_the_past_leaves_what_came_after(cast: Cast) -> None:
    reference = cast.contract()
    correct(cast, reference, partner="7200000003", effective_on=day(-40))
    correct(cast, reference, partner="7200000002", effective_on=day(-60), until=day(-20))
    assert of_record(reference, at(-61)) == {LARKSPUR}
    assert of_record(reference, at(-60)) == {GORSE}
    assert of_record(reference, at(-40)) == {GORSE}
    assert of_record(reference, at(-20)) == {DUNE}
    assert of_record(reference) == {DUNE}
    sound()


def test_it_stops_where_a_scheduled_change_begins(cast: Cast, settings: Any) -> None:
    reference = cast.contract()
    scheduled = cast.change(reference, effective_on=day(10))
    number = correct(cast, reference, partner="7200000003", effective_on=day(-5))
    assert of(number).effective_until == at(10)
    assert of(scheduled).state == "scheduled"
    assert of_record(reference, at(-5)) == {DUNE}
    assert of_record(reference, at(10)) == {GORSE}
    settings.OFRECORD_TODAY = day(11)
    apply(by=Actor.system())
    assert of(scheduled).state == "complete"
    assert of_record(reference) == {GORSE}
    sound()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"until": 9}, "ends_in_future"),
        ({"until": 11}, "change_in_progress"),
        ({"until": 10, "supersedes": True}, "ends_in_future"),
        ({"until": 11, "supersedes": True}, "ends_in_future"),
    ],
)
def test_it_ends_in_the_future_only_where_a_scheduled_change_begins(
    cast: Cast, given: dict[str, Any], code: str
) -> None:
    reference = cast.contract()
    cast.change(reference, effective_on=day(10))
    wish: dict[str, Any] = {"partner": "7200000003", "effective_on": day(-5)}
    with pytest.raises(Refused) as refused:
        put_forward(cast, reference, **wish, **{**given, "until": day(given["until"])})
    assert refused.value.code == code
    correct(cast, reference, **wish, until=day(10))
    assert of_record(reference, at(10)) == {GORSE}
    sound()


def test_what_was_corrected_goes_on_when_the_scheduled_change_is_cancelled(cast: Cast) -> None:
    reference = cast.contract()
    scheduled = cast.change(reference, effective_on=day(10))
    correct(cast, reference, partner="7200000003", effective_on=day(-5))
    cancel(scheduled, by=cast.actor("pia"), reason="Not that one.")
    assert of_record(reference, at(10)) == {DUNE}
    sound()


def test_it_supersedes_an_open_change_in_the_same_act(cast: Cast) -> None:
    reference = cast.contract()
    scheduled = cast.change(reference, effective_on=day(10))
    number = correct(cast, reference, partner="7200000003", effective_on=day(-5), supersedes=True)
    assert of(scheduled).state == "cancelled"
    assert of(number).supersedes_id == of(scheduled).pk
    assert of_record(reference, at(20)) == {DUNE}
    assert events(reference)[-2][1]["supersedes"] == scheduled
    with seeing(Actor.system()):
        told = Letter.objects.filter(kind__startswith="cancelled")
        assert list(told.values_list("partner_id", flat=True)) == [cast.gorse.pk]
    sound()


def test_it_supersedes_one_that_awaits_consent(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5})
    waiting = cast.change(reference := cast.contract())
    correct(cast, reference, partner="7200000003", effective_on=day(-5), supersedes=True)
    assert of(waiting).state == "cancelled"
    with seeing(Actor.system()):
        assert Consent.objects.get(change__number=waiting).answer == "withdrawn"
    assert of_record(reference) == {DUNE}
    sound()


def test_a_change_that_awaits_consent_is_declined_when_its_partners_were_corrected(
    cast: Cast,
) -> None:
    cast.policy(consent_days={"gaining": 5})
    waiting = cast.change(reference := cast.contract())
    correct(cast, reference, partner="7200000003", effective_on=day(-5))
    with seeing(Actor.system()):
        asked = Consent.objects.get(change__number=waiting).pk
    answer([asked], given=True, by=cast.actor("gil"))
    assert of(waiting).state == "declined"
    assert "Moved" in of(waiting).closed_reason
    assert of_record(reference) == {DUNE}
    sound()


def test_a_correction_decided_while_a_change_waited_does_not_stand_against_its_undo(
    cast: Cast,
) -> None:
    cast.policy(consent_days={"gaining": 5})
    waiting = cast.change(reference := cast.contract())
    wish = {"effective_on": day(-60), "until": day(-20)}
    correction = correct(cast, reference, partner="7200000003", **wish)
    with seeing(Actor.system()):
        asked = Consent.objects.get(change__number=waiting).pk
    answer([asked], given=True, by=cast.actor("gil"))
    assert of(waiting).state == "complete"
    both = undo([waiting, correction], by=cast.actor("pia"), reason="It was a mistake.")
    assert [each.state for each in both.items] == ["complete", "refused"]
    assert of_record(reference) == {LARKSPUR}
    sound()


def test_a_correction_decided_after_a_change_stands_against_its_undo(cast: Cast) -> None:
    changed = cast.change(reference := cast.contract())
    correction = correct(
        cast, reference, partner="7200000003", effective_on=day(-60), until=day(-20)
    )
    with pytest.raises(Refused) as refused:
        undo([changed], by=cast.actor("pia"), reason="It was a mistake.")
    assert refused.value.code == "decided_since" and correction in str(refused.value)


def test_what_moved_meanwhile_refuses_the_approval(cast: Cast) -> None:
    reference = cast.contract()
    proposed = put_forward(cast, reference, partner="7200000003", effective_on=day(-5))
    cast.change(reference)
    with pytest.raises(Refused) as refused:
        approve(proposed, by=cast.actor("otis"))
    assert refused.value.code == "agreement_moved"
    decline(proposed, by=cast.actor("otis"), reason="Propose it again.")
    with pytest.raises(Refused) as closed:
        approve(proposed, by=cast.actor("otis"))
    assert closed.value.code == "correction_closed"
    sound()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"partner": "7200000002", "effective_on": 1}, "effective_in_future"),
        ({"partner": "7200000002", "effective_on": -300}, "effective_before_start"),
        ({"partner": "7200000002"}, "nothing_wished"),
        ({"effective_on": -3}, "nothing_wished"),
        ({"partner": "7200000002", "effective_on": -3, "until": -3}, "ends_before_it_begins"),
        ({"partner": "7200000002", "effective_on": -3, "until": 1}, "ends_in_future"),
        ({"partner": "7299999999", "effective_on": -3}, "partner_unknown"),
        ({"partner": "7200000001", "effective_on": -3}, "partner_same"),
        ({"corrects": "PC-00000000"}, "not_found"),
    ],
)
def test_what_cannot_be_corrected_so(cast: Cast, given: dict[str, Any], code: str) -> None:
    reference = cast.contract(days=200)
    dated: dict[str, Any] = {
        k: day(v) if k in ("effective_on", "until") else v for k, v in given.items()
    }
    with pytest.raises(Refused) as refused:
        put_forward(cast, reference, **dated)
    assert refused.value.code == code


def test_availability_does_not_stand_against_it(cast: Cast) -> None:
    reference = cast.contract(days=5, auto_renew=True)
    assert not cast.check(reference).available
    correct(cast, reference, partner="7200000002", effective_on=day(-5))
    assert of_record(reference) == {GORSE}


def test_one_waits_at_a_time_and_can_be_taken_back(cast: Cast) -> None:
    reference = cast.contract()
    proposed = put_forward(cast, reference, partner="7200000002", effective_on=day(-3))
    with pytest.raises(Refused) as refused:
        put_forward(cast, reference, partner="7200000003", effective_on=day(-3))
    assert refused.value.code == "correction_waiting"
    with pytest.raises(Unusable):
        decline(proposed, by=cast.actor("opal"), reason=" ")
    decline(proposed, by=cast.actor("opal"), reason="The wrong one.")
    assert types(reference)[1:] == ["correction.proposed", "correction.declined"]
    put_forward(cast, reference, partner="7200000003", effective_on=day(-3))
    assert types(reference)[-1] == "correction.proposed"
    sound()


def test_who_lost_the_role_approves_nothing(cast: Cast) -> None:
    proposed = put_forward(cast, cast.contract(), partner="7200000002", effective_on=day(-3))
    otis = cast.actor("otis")
    with seeing(Actor.system()):
        Role.objects.filter(person=cast.people["otis"]).delete()
    with pytest.raises(NotPermitted):
        approve(proposed, by=otis)


def test_the_customer_does_not_undo_it(cast: Cast) -> None:
    number = correct(cast, cast.contract(), partner="7200000002", effective_on=day(-3))
    with seeing(actor := cast.actor("pia")):
        shown = preview(number, by=actor)
    assert shown
    assert "not_undoable" in {verdict.code for verdict in shown.verdicts}


def test_customers_and_partners_see_no_proposals(cast: Cast) -> None:
    put_forward(cast, cast.contract(), partner="7200000002", effective_on=day(-3))
    for somebody in ("pia", "lou", "gil", "stan"):
        with seeing(cast.actor(somebody)):
            assert not Correction.objects.exists()


def test_what_moved_since_the_preview_is_not_proposed(cast: Cast) -> None:
    reference = cast.contract()
    with seeing(cast.actor("opal")):
        found = Agreement.objects.get(reference=reference)
        shown, _against = previewed(found, Wish("7200000003", since=at(-5)))
    cast.change(reference)
    with pytest.raises(Refused) as refused:
        propose(
            reference,
            by=cast.actor("opal"),
            reason="The ERP says so.",
            partner="7200000003",
            effective_on=day(-5),
            fingerprint=str(shown.fingerprint),
        )
    assert refused.value.code == "agreement_moved"
    put_forward(cast, reference, partner="7200000003", effective_on=day(-5))
