"""Consents: three partners, a second admin, a system and the clock, each with a deadline."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.consents import settle as settling
from ofrecord.changes.consents.answer import Answered, answer
from ofrecord.changes.consents.settle import settle
from ofrecord.changes.models import Consent, PartnerChange, State
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused, Unusable
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, events, of_record, types

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)
CLIENT = Actor(person_id=None, door="api", vendor_roles=("client",), client="erp", strength="key")


def of(number: str) -> PartnerChange:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number)


def consent(number: str, kind: str, partner: str | None = None) -> Consent:
    with seeing(Actor.system()):
        found = Consent.objects.select_related("partner").filter(change__number=number, kind=kind)
        return found.get(partner__name=partner) if partner else found.get()


def say(cast: Cast, who: str | Actor, asked: Consent, given: bool = True, **said: Any) -> Answered:
    by = cast.actor(who) if isinstance(who, str) else who
    (said_of,) = answer([asked.id], given=given, by=by, **said)
    return said_of


def days(settings: Any, count: int) -> None:
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=count)


def letters() -> dict[str, str]:
    """Who got which letter, in the order of writing: the latest of each."""
    with seeing(Actor.system()):
        rows = Letter.objects.order_by("id").values_list("person_id", "partner_id", "kind")
        return {
            f"{'person' if person else 'firm'}/{person or firm}": kind
            for person, firm, kind in rows
        }


def sound() -> None:
    assert {each.name: each.examples for each in verify(samples=200) if each.violations} == {}


@pytest.fixture
def both(cast: Cast) -> str:
    """A contract of two partners."""
    return cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))


def test_by_default_nobody_is_asked(cast: Cast, both: str) -> None:
    assert of(cast.change(both)).state == "complete"
    with seeing(Actor.system()):
        assert not Consent.objects.exists()


def test_the_gaining_partner_accepts(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both)
    assert of(number).state == "awaiting_consent"
    assert of(number).decided_at is None
    assert of_record(both) == {LARKSPUR, DUNE}
    asked = consent(number, "gaining")
    assert asked.partner and asked.partner.name == "Gorse Digital"
    assert asked.due_at == clock.midnight(clock.today() + timedelta(days=6))
    said = say(cast, "gil", asked)
    assert (said.answer, said.agreement) == ("given", both)
    assert of(number).state == "complete"
    assert (
        of(number).settled_at == of(number).effective_at == consent(number, "gaining").answered_at
    )
    assert of_record(both) == {GORSE}
    assert types(both)[1:] == [
        "partner_change.consent_asked",
        "partner_change.consent_given",
        "partner_change.applied",
        "partner_change.completed",
    ]
    asked_of, given, applied = (data for _, data in events(both)[1:4])
    assert asked_of["consents"] == [
        {"kind": "gaining", "partner": "7200000002", "due_at": asked.due_at.isoformat()}
    ]
    assert given["by"]["person"] == cast.people["gil"].pk
    assert applied["consents"][0]["answer"] == "given"
    assert applied["gaining"] == ["7200000002"]
    sound()


def test_the_gaining_partner_declines_with_a_reason(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 5, "losing": 5})
    number = cast.change(both)
    with pytest.raises(Unusable, match="reason"):
        say(cast, "gil", consent(number, "gaining"), given=False)
    say(cast, "gil", consent(number, "gaining"), given=False, reason="We are full.")
    assert of(number).state == "declined"
    assert consent(number, "losing", "Larkspur Systems").answer == "withdrawn"
    assert of_record(both) == {LARKSPUR, DUNE}
    assert types(both)[-2:] == ["partner_change.consent_refused", "partner_change.declined"]
    assert cast.check(both).available
    sound()


def test_without_an_answer_of_the_gaining_partner_it_expires(
    cast: Cast, both: str, settings: Any
) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both)
    due = consent(number, "gaining").due_at
    days(settings, 5)
    assert settle(by=Actor.system()) == 0
    days(settings, 20)
    assert settle(by=Actor.system()) == 1
    assert of(number).state == "expired"
    assert of(number).settled_at == due
    assert consent(number, "gaining").answered_at == due
    assert datetime.fromisoformat(events(both)[-1][1]["settled_at"]) == due
    assert of_record(both) == {LARKSPUR, DUNE}
    with pytest.raises(Refused, match="not asked any more"):
        say(cast, "gil", consent(number, "gaining"))
    sound()


def test_silence_of_the_losing_partners_means_proceed_from_the_deadline_on(
    cast: Cast, both: str, settings: Any
) -> None:
    """The deadline passes while everything is down: its outcome is dated when it was due."""
    cast.policy(consent_days={"losing": 3})
    number = cast.change(both)
    due = consent(number, "losing", "Dune Distribution").due_at
    days(settings, 30)
    assert settle(by=Actor.system()) == 1
    change = of(number)
    assert (change.state, change.effective_at, change.settled_at) == ("complete", due, due)
    assert change.decided_at and change.decided_at == change.applied_at
    assert of_record(both, due - timedelta(microseconds=1)) == {LARKSPUR, DUNE}
    assert of_record(both, due) == {GORSE}
    assert of_record(both, due, change.submitted_at) == {LARKSPUR, DUNE}
    sound()


def test_an_act_that_comes_first_finds_the_deadline_settled(
    cast: Cast, both: str, settings: Any
) -> None:
    cast.policy(consent_days={"losing": 3})
    number = cast.change(both)
    due = consent(number, "losing", "Dune Distribution").due_at
    days(settings, 4)
    later = cast.submit(both, partner="7200000003").items[0]
    assert later.state == "awaiting_consent"
    assert (of(number).state, of(number).effective_at) == ("complete", due)


def test_a_losing_partner_objects_on_a_ground_of_the_policy(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"losing": 3})
    number = cast.change(both)
    of_lou = consent(number, "losing", "Larkspur Systems")
    with pytest.raises(Unusable, match="no ground"):
        say(cast, "lou", of_lou, given=False, ground="we_like_them")
    say(cast, "lou", of_lou, given=False, ground="unpaid_invoice", reason="Invoice 12.")
    assert of(number).state == "declined"
    assert consent(number, "losing", "Larkspur Systems").ground == "unpaid_invoice"
    assert of_record(both) == {LARKSPUR, DUNE}


def test_losing_partners_who_agree_early_need_not_be_waited_for(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"losing": 3})
    number = cast.change(both)
    say(cast, "lou", consent(number, "losing", "Larkspur Systems"))
    assert of(number).state == "awaiting_consent"
    say(cast, "dee", consent(number, "losing", "Dune Distribution"))
    assert of(number).state == "complete"


def test_a_staying_partner_is_not_asked(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"losing": 3, "gaining": 3})
    number = cast.change(both, partner="7200000003")
    with seeing(Actor.system()):
        asked = Consent.objects.filter(change__number=number)
        assert [(each.kind, each.partner.name) for each in asked if each.partner] == [
            ("losing", "Larkspur Systems")
        ]


def test_a_second_admin_approves_and_not_who_asked(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"approval": 2})
    number = cast.change(both, by="pia")
    asked = consent(number, "approval")
    with pytest.raises(NotPermitted) as refused:
        say(cast, "pia", asked)
    assert refused.value.code == "same_person"
    for somebody in ("vera", "opal"):
        with pytest.raises(NotPermitted):
            say(cast, somebody, asked)
    for somebody in ("bo", "stan", "lou", "gil"):
        with pytest.raises(NotFound):
            say(cast, somebody, asked)
    say(cast, "sam", asked)
    assert of(number).state == "complete"
    assert consent(number, "approval").answered_by_id == cast.people["sam"].pk
    sound()


def test_an_operator_who_acts_for_the_requester_is_the_requester(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"approval": 2})
    asked = consent(cast.change(both, by="pia"), "approval")
    for_pia = Actor.system("cli").acting_for(cast.people["pia"].pk)
    with pytest.raises(NotPermitted) as refused:
        say(cast, for_pia, asked)
    assert refused.value.code == "same_person"


def test_the_system_of_record_confirms(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"confirmation": 1})
    number = cast.change(both)
    for somebody in ("pia", "aude"):
        with pytest.raises(NotPermitted):
            say(cast, somebody, consent(number, "confirmation"))
    say(cast, CLIENT, consent(number, "confirmation"))
    assert of(number).state == "complete"
    assert consent(number, "confirmation").client == "erp"
    sound()


def test_partners_answer_for_themselves_only(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 3, "losing": 3})
    number = cast.change(both)
    with pytest.raises(NotFound):
        say(cast, "lou", consent(number, "gaining"))
    with pytest.raises(NotFound):
        say(cast, "lou", consent(number, "losing", "Dune Distribution"))
    with pytest.raises(NotPermitted):
        say(cast, "pia", consent(number, "gaining"))
    with seeing(actor := cast.actor("lou")):
        seen = list(Consent.objects.all())
    assert [each.partner_id for each in seen] == list(actor.partners)
    assert "Gorse" not in str([each.shown for each in seen])


def test_everybody_is_asked_and_the_last_answer_decides(
    cast: Cast, both: str, settings: Any
) -> None:
    cast.policy(consent_days={"gaining": 9, "losing": 3, "approval": 9, "confirmation": 9})
    number = cast.change(both)
    say(cast, "gil", consent(number, "gaining"))
    say(cast, "sam", consent(number, "approval"))
    days(settings, 5)
    assert settle(by=Actor.system()) == 1
    assert of(number).state == "awaiting_consent"
    assert consent(number, "losing", "Dune Distribution").answer == "lapsed"
    say(cast, CLIENT, consent(number, "confirmation"))
    change = of(number)
    assert change.state == "complete"
    assert change.effective_at == consent(number, "confirmation").answered_at
    sound()


def test_consent_to_a_later_date_schedules_it(cast: Cast, both: str, settings: Any) -> None:
    cast.policy(consent_days={"losing": 3})
    later = clock.today() + timedelta(days=10)
    number = cast.change(both, effective_on=later)
    days(settings, 4)
    settle(by=Actor.system())
    assert (of(number).state, of(number).effective_at) == ("scheduled", clock.midnight(later))
    assert types(both)[-1] == "partner_change.scheduled"
    days(settings, 7)
    apply(by=Actor.system())
    assert of(number).state == "complete"
    sound()


def test_a_date_that_comes_before_the_consent_gives_way_to_it(
    cast: Cast, both: str, settings: Any
) -> None:
    cast.policy(consent_days={"losing": 3})
    number = cast.change(both, effective_on=clock.today() + timedelta(days=1))
    due = consent(number, "losing", "Dune Distribution").due_at
    days(settings, 9)
    settle(by=Actor.system())
    assert of(number).effective_at == due


def test_its_effective_time_may_come_while_it_is_decided(
    cast: Cast, both: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both, effective_on=clock.today() + timedelta(days=3))
    midnight = iter((State.SCHEDULED, State.APPLIED, State.APPLIED))
    monkeypatch.setattr(settling, "due_state", lambda check: next(midnight))
    say(cast, "gil", consent(number, "gaining"))
    assert of(number).state == "scheduled"
    assert types(both)[-1] == "partner_change.scheduled"


def test_it_can_be_cancelled_while_it_waits(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both)
    cancel(number, by=cast.actor("sam"), reason="Not this one.")
    assert of(number).state == "cancelled"
    assert consent(number, "gaining").answer == "withdrawn"
    assert of_record(both) == {LARKSPUR, DUNE}
    sound()


def test_what_is_open_stands_against_another_change(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both)
    (verdict,) = cast.check(both, partner="7200000003").verdicts
    assert verdict.code == "change_in_progress"
    assert number in verdict.reason
    assert "awaiting consent" in verdict.reason


def test_a_partner_that_is_suspended_meanwhile_is_not_installed(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"approval": 5})
    number = cast.change(both)
    with seeing(Actor.system()):
        type(cast.gorse).objects.filter(pk=cast.gorse.pk).update(status="suspended")
    say(cast, "sam", consent(number, "approval"))
    assert of(number).state == "declined"
    assert "not active" in of(number).closed_reason
    assert of_record(both) == {LARKSPUR, DUNE}
    sound()


def test_many_at_once_are_answered_in_one_act(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5})
    references = [cast.contract() for _ in range(4)]
    numbers = [item.number for item in cast.submit(*references).accepted]
    asked = [consent(str(number), "gaining").id for number in numbers]
    unknown = UUID(int=7)
    said = answer([*asked, unknown], given=True, by=cast.actor("gil"))
    assert [each.answer for each in said] == ["given"] * 4 + [""]
    assert said[4].refusals[0].code == "not_found"
    assert {of(str(number)).state for number in numbers} == {"complete"}
    sound()


def test_the_number_of_statements_does_not_depend_on_how_many(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5})
    counts = []
    for many in (1, 5):
        numbers = [i.number for i in cast.submit(*(cast.contract() for _ in range(many))).accepted]
        ids = [consent(str(number), "gaining").id for number in numbers]
        by = cast.actor("gil")
        with CaptureQueriesContext(connection) as captured:
            answer(ids, given=True, by=by)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_undo_asks_nobody(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 5, "losing": 5})
    number = cast.change(both)
    say(cast, "gil", consent(number, "gaining"))
    say(cast, "lou", consent(number, "losing", "Larkspur Systems"))
    say(cast, "dee", consent(number, "losing", "Dune Distribution"))
    (item,) = undo([number], by=cast.actor("pia"), reason="Wrong one.").items
    assert item.state == "complete"
    assert of_record(both) == {LARKSPUR, DUNE}


def test_only_who_is_asked_is_told_before_it_is_decided(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both)
    told = letters()
    assert f"firm/{cast.larkspur.pk}" not in told
    assert told[f"firm/{cast.gorse.pk}"] == "awaiting_consent.gaining"
    assert told[f"person/{cast.people['sam'].pk}"] == "awaiting_consent.account"
    say(cast, "gil", consent(number, "gaining"), given=False, reason="Not now.")
    assert f"firm/{cast.larkspur.pk}" not in letters()
    assert letters()[f"firm/{cast.gorse.pk}"] == "declined.gaining"


def test_an_answer_cannot_be_rewritten(cast: Cast, both: str) -> None:
    cast.policy(consent_days={"gaining": 5})
    asked = consent(cast.change(both), "gaining")
    say(cast, "gil", asked)
    with (
        pytest.raises(DatabaseError, match="refused"),
        transaction.atomic(),
        seeing(Actor.system()),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE consent SET answer = 'refused' WHERE id = %s", [asked.id])
